"""Steps as command lines that a shell runs as they are."""

import shlex

from mockserver.upstream.verify.curl import curl_line
from mockserver.upstream.verify.sequence import FiredEvent, SentCall


def test_a_call_has_its_headers_and_body():
    step = SentCall("PATCH", "/carts/42?a=1", (("Authorization", "Bearer t"),), b'{"a": "it\'s"}')
    assert shlex.split(curl_line(step, "http://127.0.0.1:1/", None)) == [
        "curl", "-i", "-X", "PATCH", "http://127.0.0.1:1/carts/42?a=1", "-H", "Authorization: Bearer t",
        "--data-raw", '{"a": "it\'s"}',
    ]  # fmt: skip


def test_an_event_is_fired_by_the_setup_url():
    words = shlex.split(curl_line(FiredEvent("carts", "42", "submit"), "http://h", "http://h/setup"))
    assert words[:5] == ["curl", "-i", "-X", "POST", "http://h/setup"]
    assert words[-1] == '{"action": "event", "collection": "carts", "id": "42", "event": "submit"}'
