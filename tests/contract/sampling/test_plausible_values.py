"""Values are plausible by the name and the format of a property."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

import pytest

from mockserver.contract.sampling.generation import generate
from mockserver.data.json import Json

SEEDS = [None, *range(8)]


def member(name: str, schema: Json, seed: int | None = None) -> Json:
    """The generated value of a property."""
    whole: Json = {"type": "object", "required": [name], "properties": {name: schema}}
    found = generate(whole, {}.__getitem__, seed=seed)
    assert isinstance(found, dict)
    return found[name]


def is_year(instant: datetime) -> bool:
    return 2020 <= instant.year <= 2026


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "schema", "pattern"),
    [
        ("contactEmail", {"type": "string"}, r"\S+@\S+"),
        ("email_address", {"type": "string"}, r"\S+@\S+"),
        ("created_at", {"type": "string"}, r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("currency", {"type": "string"}, r"[A-Z]{3}"),
        ("imageUrl", {"type": "string"}, r"https?://\S+"),
        ("mobile_phone", {"type": "string"}, r"\+\d+"),
        ("sku", {"type": "string"}, r"[A-Z]+-\d+"),
        ("emails", {"type": "string"}, r"\S+@\S+"),
        ("any", {"type": "string", "format": "decimal"}, r"\d+(\.\d+)?"),
        ("any", {"type": "string", "format": "unix-time"}, r"1\d{9}"),
        ("any", {"type": "string", "format": "phone-number"}, r"\+\d+"),
        ("any", {"type": "string", "format": "Phone"}, r"\+\d+"),
        ("id", {"type": "string", "examples": ["cus_NffrFeUfNV2Hib"]}, r"cus_[A-Za-z0-9]{14}"),
        ("sid", {"type": "string", "examples": ["SM" + "0af4" * 8]}, r"SM[0-9a-f]{32}"),
    ],
    ids=lambda each: each if isinstance(each, str) and each.isidentifier() else None,
)
def test_strings(name, schema, pattern, seed):
    assert re.fullmatch(pattern, str(member(name, schema, seed)))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("schema", [{"type": "integer"}, {"type": "integer", "format": "unix-time"}])
def test_instants_as_numbers(schema, seed):
    found = member("updated_at" if len(schema) == 1 else "any", schema, seed)
    assert isinstance(found, int)
    assert is_year(datetime.fromtimestamp(found, UTC))


@pytest.mark.parametrize("seed", SEEDS)
def test_dates_of_mail_headers(seed):
    assert is_year(
        parsedate_to_datetime(str(member("sent", {"type": "string", "format": "date-time-rfc-2822"}, seed)))
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("price", 1, 500), ("latitude", -90, 90), ("percent", 0, 100), ("quantity", 1, 20)],
)
def test_numbers(name, low, high, seed):
    found = member(name, {"type": "number"}, seed)
    assert isinstance(found, int | float)
    assert low <= found <= high


@pytest.mark.parametrize("seed", SEEDS)
def test_bounds_go_before_what_is_plausible(seed):
    assert (
        member("price", {"type": "number", "minimum": 9_000, "maximum": 9_001}, seed) in range(9_000, 9_002)
        or seed is not None
    )
    assert member("month", {"type": "integer", "minimum": 20, "maximum": 22}, seed) in (20, 21, 22)


def test_an_integer_identifier_has_as_many_digits_as_its_example():
    found = {member("id", {"type": "integer", "examples": [48_213]}, seed) for seed in range(20)}
    assert all(isinstance(each, int) and 10_000 <= each <= 99_999 for each in found)
    assert len(found) > 10


@pytest.mark.parametrize("seed", SEEDS)
def test_an_identifier_has_its_format_rather_than_the_shape_of_a_wrong_example(seed):
    schema: Json = {"type": "string", "format": "uuid", "examples": ["3f3e3e1-c824-4d63-b37a-d8d698862f1d"]}

    assert UUID(str(member("id", schema, seed)))


def test_an_enumeration_of_more_items_than_are_plausible_is_found():
    schema: Json = {"type": "array", "items": {"type": "integer"}, "minItems": 30, "uniqueItems": True}
    found = member("month", schema, 1)
    assert isinstance(found, list)
    assert len(found) >= 30
