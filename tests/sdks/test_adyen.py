"""The official SDK of Adyen against a mock of its document: `payments_api.baseUrl = f"{url}/v72"`."""

import pytest

Adyen = pytest.importorskip("Adyen", reason="Adyen is not installed: run nox -s sdks")

import requests  # noqa: E402

from tests.support.live import Live  # noqa: E402

VENDOR = "adyen"
AMOUNT = {"value": 1000, "currency": "EUR"}
ORDER = {"merchantAccount": "ShopECOM", "reference": "ORDER-1", "amount": AMOUNT}
BACK = "https://example.com/back"


def connect(mock: Live, key: str = "AQE-test", timeout: float = 30):
    client = Adyen.Adyen(xapikey=key, platform="test", http_timeout=timeout)
    for api in vars(client.checkout).values():
        if hasattr(api, "baseUrl"):
            api.baseUrl = f"{mock.url}/v72"
    return client.checkout


@pytest.fixture
def checkout(mock: Live):
    return connect(mock)


def test_a_session_is_made_and_read(checkout) -> None:
    session = checkout.payments_api.sessions(
        {**ORDER, "returnUrl": BACK, "countryCode": "NL"},
        idempotency_key="8d4f1f8e-5f9c-4a2b-9d43-2a7d0a3f7a10",
    )
    assert session.status_code == 201
    assert session.message["id"]
    read = checkout.payments_api.get_result_of_payment_session(
        session.message["id"], query_parameters={"sessionResult": "abc"}
    )
    assert read.message["status"]


def test_payment_methods_are_listed(checkout) -> None:
    request = {"merchantAccount": "ShopECOM", "countryCode": "NL", "channel": "Web", "amount": AMOUNT}
    assert checkout.payments_api.payment_methods(request).message["paymentMethods"]


@pytest.mark.parametrize(
    "method",
    [
        {"type": "ideal"},
        {"type": "scheme", "encryptedCardNumber": "test_4111", "encryptedSecurityCode": "test_737"},
        {"type": "scheme", "storedPaymentMethodId": "8415", "encryptedSecurityCode": "test_737"},
    ],
    ids=lambda method: "-".join(method),
)
def test_a_payment_is_made(checkout, method: dict[str, str]) -> None:
    paid = checkout.payments_api.payments({**ORDER, "returnUrl": BACK, "paymentMethod": method})
    assert paid.message["resultCode"]


def test_details_of_a_payment_are_sent(checkout) -> None:
    details = {"details": {"redirectResult": "eyJ0cmFuc1N0YXR1cyI6IlkifQ=="}}
    assert checkout.payments_api.payments_details(details).message["resultCode"]


def test_a_payment_is_captured_refunded_and_cancelled(checkout) -> None:
    change = {"merchantAccount": "ShopECOM", "amount": AMOUNT, "reference": "CHANGE-1"}
    modifications = checkout.modifications_api
    assert (
        modifications.capture_authorised_payment(change, "993617895204576J").message["status"] == "received"
    )
    assert modifications.refund_captured_payment(change, "993617895204576J").message["status"] == "received"
    cancel = {"merchantAccount": "ShopECOM"}
    answer = modifications.cancel_authorised_payment_by_psp_reference(cancel, "993617895204576J")
    assert answer.message["status"] == "received"


def test_a_payment_link_is_made_read_and_ended(checkout) -> None:
    links = checkout.payment_links_api
    link = links.payment_links({**ORDER, "expiresAt": "2027-12-17T10:05:29Z", "shopperLocale": "nl-NL"})
    assert link.message["url"].startswith("https://")
    assert links.get_payment_link(link.message["id"]).message["id"]
    assert links.update_payment_link({"status": "expired"}, link.message["id"]).message["status"]


def test_stored_methods_are_listed(checkout) -> None:
    query = {"merchantAccount": "ShopECOM", "shopperReference": "shopper-1"}
    stored = checkout.recurring_api.get_tokens_for_stored_payment_details(query_parameters=query)
    assert stored.message["storedPaymentMethods"]


def test_a_missing_member_is_named(checkout) -> None:
    error = (Adyen.exceptions.AdyenAPIValidationError, Adyen.exceptions.AdyenAPIUnprocessableEntity)
    with pytest.raises(error, match="amount"):
        checkout.payments_api.sessions({"merchantAccount": "ShopECOM", "returnUrl": BACK, "reference": "1"})


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, "AdyenAPIValidationError"),
        (401, "AdyenAPIAuthenticationError"),
        (403, "AdyenAPIInvalidPermission"),
        (422, "AdyenAPIUnprocessableEntity"),
        (500, "AdyenAPICommunicationError"),
    ],
)
def test_a_documented_error_is_raised_as_its_class(checkout, status: int, error: str) -> None:
    with pytest.raises(getattr(Adyen.exceptions, error)) as failed:
        checkout.payments_api.payments(
            {**ORDER, "returnUrl": BACK, "paymentMethod": {"type": "ideal"}},
            header_parameters={"Prefer": f"code={status}"},
        )
    assert failed.value.status_code == status


def test_a_request_without_a_key_is_an_authentication_error(mock: Live) -> None:
    answer = requests.post(f"{mock.url}/v72/paymentMethods", json={"merchantAccount": "ShopECOM"}, timeout=30)
    assert answer.status_code == 401


def test_a_slow_answer_is_a_timeout(mock: Live) -> None:
    with pytest.raises(requests.Timeout):
        connect(mock, timeout=0.2).payments_api.payment_methods(
            {"merchantAccount": "ShopECOM"}, header_parameters={"X-Mock-Delay": "5s"}
        )


def test_a_broken_connection_is_a_connection_error(checkout) -> None:
    with pytest.raises(requests.ConnectionError):
        checkout.payments_api.payment_methods(
            {"merchantAccount": "ShopECOM"}, header_parameters={"X-Mock-Fault": "connection-reset"}
        )
