"""Formats are asserted: violations give the reason, and generated values have their format.

The JSON Schema Test Suite has more cases; `test_json_schema_suite` runs them.
"""

from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.document.dialect import upgrade
from mockserver.contract.sampling.generation import generate
from mockserver.contract.schema.formats.formats import FORMATS
from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json

ROOT = "/components/schemas/Root"


def messages(format_: str, value: Json, *, version: str = "3.1.0", formats: bool = True) -> list[str]:
    document: dict[str, Json] = {
        "openapi": version,
        "components": {"schemas": {"Root": {"format": format_}}},
    }
    judge = Judges(upgrade(document), formats=formats).judge(ROOT)
    return [violation.message for violation in judge.violations(value)]


REFUSED: list[tuple[str, Json, str]] = [
    ("date", "2026-02-30", "'2026-02-30' is not a valid date (RFC 3339): the month 2026-02 has 28 days"),
    ("date", "2026-13-01", "'2026-13-01' is not a valid date (RFC 3339): there is no month 13"),
    ("date", "20260230", "'20260230' is not a valid date (RFC 3339): expected YYYY-MM-DD"),
    (
        "date-time",
        "2026-01-01 10:00:00Z",
        "'2026-01-01 10:00:00Z' is not a valid date-time (RFC 3339): "
        "expected a date, T and a time, such as 2025-01-15T09:30:00Z",
    ),
    (
        "date-time",
        "2026-01-01T10:00:00",
        "'2026-01-01T10:00:00' is not a valid date-time (RFC 3339): "
        "expected hh:mm:ss followed by Z or an offset such as +01:00",
    ),
    (
        "time",
        "12:00:60Z",
        "'12:00:60Z' is not a valid time (RFC 3339): a leap second can only be 23:59:60 UTC",
    ),
    (
        "time",
        "24:00:00Z",
        "'24:00:00Z' is not a valid time (RFC 3339): "
        "the latest time of day is 23:59:59, or 60 seconds for a leap second",
    ),
    (
        "time",
        "12:00:00+24:00",
        "'12:00:00+24:00' is not a valid time (RFC 3339): the largest offset is 23:59",
    ),
    (
        "duration",
        "P1Y2D",
        "'P1Y2D' is not a valid duration (RFC 3339, appendix A): "
        "expected a value such as P1DT12H, PT15M or P2W",
    ),
    (
        "uuid",
        "6f1c2b9e4d0a4c579a3e2f8b7d5e1c04",
        "'6f1c2b9e4d0a4c579a3e2f8b7d5e1c04' is not a valid UUID (RFC 9562): "
        "expected a value such as 6f1c2b9e-4d0a-4c57-9a3e-2f8b7d5e1c04",
    ),
    (
        "email",
        "ada",
        "'ada' is not a valid email address (RFC 5321): expected a value such as ada@example.com",
    ),
    ("ipv4", "1.2.3", "'1.2.3' is not a valid IPv4 address: expected a value such as 192.0.2.1"),
    ("uri", "/a", "'/a' is not a valid URI (RFC 3986): expected a value such as https://example.com/a?b=c"),
    (
        "byte",
        "aGVsbG8",
        "'aGVsbG8' is not a valid base64 string (RFC 4648, section 4): expected a value such as aGVsbG8=",
    ),
    ("regex", "(", "'(' is not a valid ECMA 262 pattern: Unbalanced parenthesis"),
    ("int32", 2**31, "2147483648 is not a valid 32-bit integer: the range is -2147483648 to 2147483647"),
    ("int32", 0.5, "0.5 is not a valid 32-bit integer: it has a fractional part"),
    ("int64", "12.0", "'12.0' is not a valid 64-bit integer: expected an integer in decimal digits"),
]


@pytest.mark.parametrize(
    ("format_", "value", "message"), REFUSED, ids=[f"{name} {value}" for name, value, _ in REFUSED]
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_violated_format_is_reported_with_the_reason(
    version: str, format_: str, value: Json, message: str
) -> None:
    assert messages(format_, value, version=version) == [message]


@pytest.mark.parametrize(
    ("format_", "value"),
    [(name, value) for name, value, _ in REFUSED],
    ids=[f"{name} {value}" for name, value, _ in REFUSED],
)
def test_formats_can_be_annotations_only(format_: str, value: Json) -> None:
    assert messages(format_, value, formats=False) == []


@pytest.mark.parametrize(
    ("format_", "value"),
    [
        ("date", 20260230),
        ("date", None),
        ("int32", "4294967296"),
        ("int32", True),
        ("uuid", ["no"]),
        ("phone", "no such format"),
    ],
    ids=["a number for a date", "null", "a text for int32", "a boolean for int32", "a list", "unknown"],
)
def test_a_format_does_not_apply_to_values_of_another_type(format_: str, value: Json) -> None:
    assert messages(format_, value) == []


@pytest.mark.parametrize("edge", [-(2**31), 2**31 - 1, 5.0], ids=["least", "greatest", "5.0"])
def test_the_limits_of_int32_are_valid(edge: Json) -> None:
    assert messages("int32", edge) == []


@pytest.mark.parametrize("value", ["-9223372036854775808", 2**63 - 1], ids=["least, as text", "greatest"])
def test_int64_may_be_a_string(value: Json) -> None:
    assert messages("int64", value) == []


@pytest.mark.parametrize(
    "value", ["9223372036854775808", "9" * 5000, 2**63, "٤٢", "1 "], ids=lambda v: str(v)[:20]
)
def test_other_values_are_not_valid_int64(value: Json) -> None:
    assert messages("int64", value)


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))
def test_a_date_exists_in_the_calendar(year: int, month: int, day: int) -> None:
    known = 1 <= month <= 12 and 1 <= day <= monthrange(year or 400, month)[1]

    assert (messages("date", f"{year:04}-{month:02}-{day:02}") == []) is known


OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=OFFSETS))
def test_every_datetime_with_an_offset_is_valid(moment: datetime) -> None:
    assert messages("date-time", moment.isoformat()) == []
    assert messages("time", moment.timetz().isoformat()) == []


@given(OFFSETS, st.integers(-720, 720))
def test_a_leap_second_is_the_last_of_a_day_in_utc_whatever_the_offset(offset: timezone, late: int) -> None:
    minute = (datetime(2016, 12, 31, 23, 59, tzinfo=UTC) + timedelta(minutes=late)).astimezone(offset)
    time = f"{minute:%H:%M}:60{minute.isoformat()[19:]}"

    assert (messages("time", time) == []) is (late == 0)
    assert (messages("date-time", f"{minute:%Y-%m-%d}T{time}") == []) is (late == 0)


def resolve(reference: str) -> Json:
    raise AssertionError(f"nothing refers to {reference}")


@pytest.mark.parametrize("format_", FORMATS)
@given(seed=st.none() | st.integers(0, 999))
def test_a_generated_string_has_its_format(format_: str, seed: int | None) -> None:
    schema: Json = {"type": "string", "format": format_}

    assert messages(format_, generate(schema, resolve, seed=seed)) == []


@pytest.mark.parametrize("format_", ["int32", "int64"])
@given(seed=st.none() | st.integers(0, 999), least=st.integers(-(2**31), 2**31 - 1))
def test_a_generated_number_has_its_format(format_: str, seed: int | None, least: int) -> None:
    schema: Json = {"type": "integer", "format": format_, "minimum": least}

    assert messages(format_, generate(schema, resolve, seed=seed)) == []
