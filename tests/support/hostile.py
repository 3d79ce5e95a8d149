"""Hypothesis strategies for hostile requests, and assertions for every answer to one."""

import json

from hypothesis import strategies as st

from tests.support.asgi import Reply
from tests.support.paths import SCENARIOS

NAMES = [path.stem for path in SCENARIOS.glob("*.yaml")]
SECRET = "flt_sk_keep-this-to-yourself"
JSON_TYPE = (b"content-type", b"application/json")
TOKEN = (b"authorization", b"Bearer " + SECRET.encode())
DISTURBED = ("slow", "connection-lost")  # scenarios with a delay or a fault
FAILING = ("internal-error", "gateway-down")  # scenarios with a status of 500
MIB = 1024 * 1024

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
KNOWN_MEMBERS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("purchaser_id", "order_items", "acquisition_mode"), JSON_VALUES)
)
BODIES = st.binary(max_size=200) | (KNOWN_MEMBERS | JSON_VALUES).map(lambda value: json.dumps(value).encode())
VALUES = st.binary(max_size=60).map(lambda value: value.translate(None, b"\r\n\0"))
CHOICES = st.sampled_from([name.encode() for name in NAMES if name not in DISTURBED])


def behaves(reply: Reply) -> None:
    """Assert what holds for the answer to any request."""
    assert reply.status < 500 or reply.header("x-mock-scenario") in FAILING
    assert None not in map(reply.header, ("x-mock-source", "x-mock-exchange", "x-mock-session"))
    if reply.body:
        json.loads(reply.body.decode("utf-8"))
        assert str(reply.header("content-type")).endswith("json")
    assert SECRET.encode() not in reply.body
    for _, value in reply.headers:
        assert SECRET.encode() not in value
        assert not set(value) & set(b"\r\n\0"), "no header can be split"
