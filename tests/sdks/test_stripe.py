"""The official SDK of Stripe against a mock of its document: `StripeClient(key, base_addresses={...})`."""

import io

import pytest

stripe = pytest.importorskip("stripe", reason="stripe is not installed: run nox -s sdks")

from tests.sdks.paging import read_all  # noqa: E402
from tests.support.live import Live  # noqa: E402

VENDOR = "stripe"


def connect(mock: Live, key: str = "sk_test_123", timeout: float = 30):
    addresses = dict.fromkeys(("api", "files", "connect", "meter_events"), mock.url)
    http = stripe.RequestsClient(timeout=timeout)
    return stripe.StripeClient(key, base_addresses=addresses, http_client=http, max_network_retries=0).v1


@pytest.fixture
def client(mock: Live):
    return connect(mock)


def headers(**named: str) -> dict[str, dict[str, str]]:
    """Options of a call with these headers, `X_Mock_Delay` for `X-Mock-Delay`."""
    return {"headers": {name.replace("_", "-"): value for name, value in named.items()}}


def test_an_invoice_is_made_read_changed_and_deleted(client) -> None:
    invoice = client.invoices.create(
        {
            "customer": "cus_1",
            "collection_method": "send_invoice",
            "days_until_due": 30,
            "metadata": {"order": "7"},
            "expand": ["customer", "payments"],
        }
    )
    assert isinstance(invoice, stripe.Invoice)
    assert client.invoices.retrieve(invoice.id, {"expand": ["customer"]}).object == "invoice"
    assert client.invoices.update(invoice.id, {"metadata": {"order": ""}}).object == "invoice"
    assert client.invoices.delete(invoice.id).deleted


def test_nested_lists_and_objects_of_a_form_are_accepted(client) -> None:
    preview = client.invoices.create_preview(
        {
            "customer": "cus_1",
            "invoice_items": [{"amount": 1000, "currency": "eur", "description": "One"}, {"amount": 200}],
            "discounts": [{"coupon": "SPRING"}],
        }
    )
    assert isinstance(preview, stripe.Invoice)


def test_filters_of_a_list_are_accepted(client) -> None:
    found = client.invoices.list(
        {"created": {"gte": 1735689600, "lt": 1738368000}, "limit": 3, "expand": ["data.customer"]}
    )
    assert [each.object for each in found.data] == ["invoice"] * len(found.data)


@pytest.mark.parametrize("name", ["invoices", "products", "events", "credit_notes", "files", "disputes"])
def test_a_list_ends(client, name: str) -> None:
    read_all(getattr(client, name).list({"limit": 3}).auto_paging_iter())


def test_a_search_ends(client) -> None:
    read_all(client.invoices.search({"query": "status:'open'"}).auto_paging_iter())


def test_a_credit_note_is_made(client) -> None:
    lines = [{"type": "custom_line_item", "description": "Refund", "quantity": 1, "unit_amount": 500}]
    note = client.credit_notes.create({"invoice": "in_1", "lines": lines, "reason": "duplicate"})
    assert note.object == "credit_note"


def test_a_nested_resource_is_made_and_listed(client) -> None:
    tax = client.customers.tax_ids.create("cus_1", {"type": "eu_vat", "value": "DE123456789"})
    assert tax.object == "tax_id"
    read_all(client.customers.tax_ids.list("cus_1").auto_paging_iter())


def test_a_file_is_uploaded(client) -> None:
    evidence = io.BytesIO(b"not a real picture")
    evidence.name = "evidence.png"
    file = client.files.create({"purpose": "dispute_evidence", "file": evidence})
    assert file.object == "file"


def test_a_dispute_is_closed(client) -> None:
    assert client.disputes.close("dp_1").object == "dispute"


def test_an_invalid_parameter_is_named(client) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="days_until_due") as refused:
        client.invoices.create({"customer": "cus_1", "days_until_due": "soon"})
    assert refused.value.http_status == 400


def test_a_request_without_a_key_is_an_authentication_error(mock: Live) -> None:
    with pytest.raises(stripe.AuthenticationError):
        connect(mock, key="").invoices.list(options={"headers": {"Authorization": ""}})


def test_a_slow_answer_is_a_connection_error(mock: Live) -> None:
    with pytest.raises(stripe.APIConnectionError):
        connect(mock, timeout=0.2).products.list(options=headers(X_Mock_Delay="5s"))


@pytest.mark.parametrize("fault", ["connection-reset", "truncated-body"])
def test_a_broken_connection_is_a_connection_error(client, fault: str) -> None:
    with pytest.raises(stripe.APIConnectionError):
        client.products.list(options=headers(X_Mock_Fault=fault))
