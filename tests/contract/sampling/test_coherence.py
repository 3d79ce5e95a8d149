"""A generated body agrees with the status of its answer."""

import pytest

from mockserver.contract.sampling.coherence import Meaning, meaning
from mockserver.contract.sampling.generation import generate
from mockserver.data.json import Json

TEXT: Json = {"type": "string"}
SEEDS = [None, *range(6)]


def body(of: int, seed: int | None = None, *, required: bool = False, **properties: Json) -> Json:
    """A generated object with these properties, for the body of an answer with this status."""
    names: list[Json] = list(properties) if required else []
    schema: Json = {"type": "object", "properties": properties, "required": names}
    return generate(schema, {}.__getitem__, seed=seed, status=of)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("has_more", Meaning.MORE),
        ("hasNextPage", Meaning.MORE),
        ("next", Meaning.NEXT),
        ("nextPageToken", Meaning.NEXT),
        ("next_page_uri", Meaning.NEXT),
        ("next_invoice_date", Meaning.OTHER),
        ("failure_code", Meaning.FAILURE),
        ("lastError", Meaning.FAILURE),
        ("refusal", Meaning.FAILURE),
        ("tool_calls", Meaning.TOOLS),
        ("statusCode", Meaning.STATUS),
        ("status_text", Meaning.OTHER),
        ("errand", Meaning.OTHER),
        ("", Meaning.OTHER),
    ],
)
def test_the_meaning_of_a_name(name, told):
    assert meaning(name) is told


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("status", [200, 404, 503])
def test_a_status_is_that_of_the_answer(status, seed):
    code: Json = {"type": "integer"}
    error: Json = {"type": "object", "required": ["code"], "properties": {"code": code}}
    found = body(status, seed, required=True, status=code, error=error)

    assert isinstance(found, dict)
    assert found["status"] == status
    assert status < 400 or found["error"] == {"code": status}


def test_a_status_in_an_error_may_be_a_string():
    assert body(404, status=TEXT) == {"status": "404"}


def test_a_status_that_is_no_http_status_stays():
    assert body(200, status={"type": "integer", "examples": [3]}) == {"status": 3}
    assert body(200, status={"type": "string", "enum": ["open", "closed"]}) == {"status": "open"}


def test_the_message_of_an_error_says_what_went_wrong():
    assert body(404, message=TEXT, title=TEXT) == {"message": "Not Found", "title": "Not Found"}
    assert body(200, message=TEXT) == {"message": "All went well."}


@pytest.mark.parametrize("status", [200, 422])
def test_success_is_told_by_a_boolean(status):
    assert body(status, success={"type": "boolean"}) == {"success": status == 200}


NULLABLE: Json = {"type": ["string", "null"]}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_success_has_no_failure_in_its_optional_or_nullable_members(seed):
    found = body(
        200,
        seed,
        error={"type": "object"},
        failure_code=NULLABLE,
        refusal=NULLABLE,
        tool_calls={"type": "array", "items": TEXT},
    )

    assert isinstance(found, dict)
    assert {name: value for name, value in found.items() if value is not None} == {}


def test_a_required_member_about_failures_is_empty_in_a_success():
    counts: Json = {"type": "integer"}
    found = body(200, required=True, errors={"type": "array", "items": TEXT}, failed=counts, error=TEXT)

    assert found == {"errors": [], "failed": 0, "error": ""}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_nullable_failure_is_null_if_required_and_missing_if_optional(seed):
    failure: Json = {"anyOf": [{"type": "object"}, {"type": "null"}]}

    assert body(200, seed, required=True, last_error=failure) == {"last_error": None}
    assert body(200, seed, last_error=failure) == {}


def test_an_error_keeps_its_failure():
    assert body(500, error={"type": "object", "properties": {"reason": {"const": "x"}}}) == {
        "error": {"reason": "x"}
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_the_state_of_a_success_is_not_a_failure(seed):
    states: Json = {"type": "string", "enum": ["failed", "declined", "paid", "tool_calls"]}

    assert body(200, seed, required=True, status=states) == {"status": "paid"}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_list_ends(seed):
    found = body(200, seed, required=True, has_more={"type": "boolean"}, next=NULLABLE, next_cursor=TEXT)

    assert found == {"has_more": False, "next": None, "next_cursor": ""}


def test_an_optional_link_to_the_next_page_is_left_out():
    assert body(200, next={"type": "string", "format": "uri"}, id={"const": 1}) == {"id": 1}


def test_without_a_status_names_have_no_such_meaning():
    schema: Json = {"type": "object", "properties": {"error": TEXT}}

    assert generate(schema, {}.__getitem__) == {"error": "text"}
