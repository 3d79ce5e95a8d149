"""Instants as strings: RFC 3339 in UTC, with milliseconds."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.timestamp import timestamp


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1.5, "1970-01-01T00:00:01.500Z"),
        (1767600000.25, "2026-01-05T08:00:00.250Z"),
    ],
)
def test_times_are_rfc_3339_in_utc(seconds, text):
    assert timestamp(seconds) == text


@given(st.floats(0, 4e9))
def test_an_instant_is_in_utc_with_milliseconds(at: float):
    text = timestamp(at)

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    assert abs(datetime.fromisoformat(text).timestamp() - at) < 0.002
