"""The official SDK of Twilio against a mock of its document: `client.api.base_url = url`."""

from datetime import date, datetime

import pytest

pytest.importorskip("twilio", reason="twilio is not installed: run nox -s sdks")

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.sdks.paging import read_all
from tests.support.live import Live

VENDOR = "twilio"
ACCOUNT = "AC0123456789abcdef0123456789abcdef"


def connect(mock: Live, timeout: float = 30, **headers: str) -> Client:
    http = TwilioHttpClient(timeout=timeout)
    http.session.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    client = Client(ACCOUNT, "secret", http_client=http)
    client.api.base_url = mock.url
    return client


@pytest.fixture
def client(mock: Live) -> Client:
    return connect(mock)


def test_a_message_is_sent_and_read(client) -> None:
    message = client.messages.create(to="+15558675310", from_="+15017122661", body="Ahoy")
    assert message.sid.startswith(("SM", "MM"))
    assert isinstance(client.messages(message.sid).fetch().date_created, datetime)


def test_a_message_with_several_media_is_accepted(client) -> None:
    pictures = ["https://example.com/1.png", "https://example.com/2.png"]
    assert client.messages.create(to="+15558675310", from_="+15017122661", media_url=pictures).sid


@pytest.mark.parametrize(
    "name", ["messages", "calls", "recordings", "queues", "incoming_phone_numbers", "addresses", "keys"]
)
def test_a_list_ends(client, name: str) -> None:
    read_all(getattr(client, name).stream(page_size=2))


def test_filters_by_date_are_accepted(client) -> None:
    read_all(client.messages.stream(date_sent_after=datetime(2026, 1, 31, 12), to="+15558675310"))
    read_all(client.usage.records.stream(start_date=date(2026, 1, 1), end_date=date(2026, 1, 31)))


def test_a_call_is_made_changed_and_deleted(client) -> None:
    call = client.calls.create(
        to="+15558675310", from_="+15017122661", url="https://example.com/answer",
        status_callback="https://example.com/status", status_callback_event=["initiated", "answered"],
    )  # fmt: skip
    assert client.calls(call.sid).update(status="completed").sid
    assert client.calls(call.sid).delete()


def test_a_queue_is_made_and_deleted(client) -> None:
    queue = client.queues.create(friendly_name="Support", max_size=20)
    assert client.queues(queue.sid).fetch().max_size >= 0
    assert client.queues(queue.sid).delete()


def test_a_number_is_found_and_bought(client) -> None:
    [number, *_] = client.available_phone_numbers("US").local.list(area_code=510, limit=1)
    bought = client.incoming_phone_numbers.create(phone_number=number.phone_number or "+15105550100")
    assert bought.sid.startswith("PN")


def test_the_account_is_read(client) -> None:
    assert client.api.accounts(ACCOUNT).fetch().sid.startswith("AC")


def test_an_invalid_value_is_named(client) -> None:
    with pytest.raises(TwilioRestException, match="MaxSize") as refused:
        client.queues.create(friendly_name="Support", max_size="many")
    assert 400 <= refused.value.status < 500


def test_a_value_of_an_enum_is_named(client) -> None:
    with pytest.raises(TwilioRestException, match="Method"):
        client.calls.create(to="+1555", from_="+15017122661", url="https://example.com/", method="FETCH")


def test_a_slow_answer_is_a_timeout(mock: Live) -> None:
    with pytest.raises(requests.Timeout):
        connect(mock, timeout=0.2, X_Mock_Delay="5s").messages.list(limit=1)


def test_a_broken_connection_is_a_connection_error(mock: Live) -> None:
    with pytest.raises(requests.ConnectionError):
        connect(mock, X_Mock_Fault="connection-reset").messages.list(limit=1)
