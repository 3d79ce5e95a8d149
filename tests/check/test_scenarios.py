"""`mockserver check` runs scenarios in memory and compares the answers with the expectations."""

import shutil
from pathlib import Path

import pytest

from mockserver.check import check, outcomes, sample_of
from mockserver.engine.backend import Backend
from mockserver.loading import bundled_data, load_backend
from mockserver.settings import Settings
from tests.support.patches import BUNDLED

DATA = bundled_data()
HEAD = "summary: .\noperation: update-a-cart\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The bundled contract and fixtures, and a folder for scenarios."""
    shutil.copy(DATA / "fixtures/spec/carts.yaml", tmp_path)
    shutil.copytree(DATA / "fixtures", tmp_path / "fixtures")
    (tmp_path / "scenarios").mkdir()
    return tmp_path


def loaded(folder: Path, **scenarios: str) -> Backend:
    for name, text in scenarios.items():
        (folder / f"scenarios/{name}.yaml").write_text(HEAD + text, encoding="utf-8")
    return load_backend(Settings(specs=(folder / "carts.yaml",)))


def findings(folder: Path, **scenarios: str) -> list[str]:
    return [str(each) for each in check(loaded(folder, **scenarios))]


def test_the_bundled_files_have_no_findings():
    assert list(check(BUNDLED)) == []


# What a scenario promises


@pytest.mark.parametrize(
    "text",
    [
        "respond: {error: ORDER_NOT_CART}",
        "respond: {error: ORDER_NOT_CART}\nexpect: {status: 409, error: ORDER_NOT_CART}",
        "respond: {status: 500, body: responses/internal-error.json}\nvalidate: false\nexpect: {status: 500}",
        "given: {carts: {'*': {state: cancelled}}}\nexpect: {error: ORDER_NOT_CART}",
        "given: {}",
        "steps: [{times: 2, expect: {status: 200}}, {event: submit, expect: {status: 409}}]",
        "steps: [{event: submit}, {event: reopen, expect: {status: 200}}]\n",
        "given: {}\nexpect: {error: CART_NOT_FOUND}\n"
        "request: {path: {order_id: '999'}, headers: {Authorization: Bearer flt_sk_a}, body: {}}",
    ],
    ids=[
        "a code",
        "a code, twice said",
        "a status",
        "a world",
        "no promise",
        "a story",
        "a step",
        "own request",
    ],
)
def test_an_expectation_that_is_met_is_not_a_finding(folder, text):
    assert findings(folder, kept=text) == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "respond: {error: ORDER_NOT_CART}\nexpect: {error: CART_NOT_FOUND}",
            4,
            "broken: expected CART_NOT_FOUND, found 409 ORDER_NOT_CART",
        ),
        (
            "respond: {error: ORDER_NOT_CART}\nexpect: {status: 400}",
            4,
            "broken: expected 400, found 409",
        ),
        (
            "given: {carts: {'*': {state: ordered}}}\nexpect: {status: 200}",
            4,
            "broken: expected 200, found 409 ORDER_NOT_CART (check 6, ORDER_NOT_CART",
        ),
        (
            "given: {}\nexpect: {status: 200}\nrequest: {path: {order_id: '42'}, body: {}}",
            4,
            "broken: expected 200, found 401 UNAUTHORIZED",
        ),
    ],
    ids=["another code", "another status", "another world", "a request that is refused"],
)
def test_an_expectation_that_is_not_met_is_a_finding_at_its_line(folder, text, line, message):
    [finding] = findings(folder, broken=text)
    assert finding.startswith(f"{folder}/scenarios/broken.yaml:{line}: /expect: {message}")


def test_each_step_of_a_story_is_checked(folder):
    text = "steps:\n  - {times: 2, expect: {status: 409}}\n  - {event: submit, expect: {status: 200}}"
    found = findings(folder, broken=text)
    said = [each.partition("broken: ")[2].partition(" (")[0] for each in found]
    assert said == [
        "expected 409, found 200",
        "expected 409, found 200",
        "expected 200, found 409 ORDER_NOT_CART",
    ]


def test_a_fixed_answer_that_is_never_sent_is_a_finding(folder):
    """The scenario's own request is refused before the scenario applies."""
    [finding] = findings(
        folder, broken="respond: {error: ORDER_NOT_CART}\nrequest: {path: {order_id: '42'}, body: {}}"
    )
    assert "expected 409 ORDER_NOT_CART, found 401 UNAUTHORIZED" in finding


def test_scenarios_are_checked_independently(folder):
    story = "steps: [{event: cancel, expect: {error: ORDER_NOT_CART}}]"
    assert findings(folder, a=story, b="given: {}\nexpect: {status: 200}", c=story) == []


# The rest of the files


def test_a_body_file_that_fits_no_answer_is_a_finding(folder):
    (folder / "fixtures/responses/odd.json").write_text('{"data": 3}', encoding="utf-8")
    assert findings(folder) == [
        f"{folder}/fixtures/responses/odd.json: the body fits no answer that the contract documents"
    ]


@pytest.mark.parametrize("text", ["{", '{"error": "A", "error": "B"}', "[NaN]"])
def test_a_body_file_that_is_not_valid_json_is_a_finding(folder, text):
    (folder / "fixtures/responses/deep").mkdir()
    (folder / "fixtures/responses/deep/odd.json").write_text(text, encoding="utf-8")
    [finding] = findings(folder)
    assert "deep/odd.json: " in finding


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (
            'rent: "39.90"\n                      currency',
            "rent: 39.90\n                      currency",
            "/data/rent",
        ),
        ("value: {error: ORDER_NOT_CART}", "value: {error: ORDER_GONE}", "/error"),
        ("acquisition_mode: BUY", "acquisition_mode: RENT", "/acquisition_mode"),
    ],
    ids=["of a good answer", "of an error", "of a request"],
)
def test_an_example_that_breaks_its_schema_is_a_finding(folder, old, new, where):
    text = (folder / "carts.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "carts.yaml").write_text(text.replace(old, new), encoding="utf-8")
    [finding] = findings(folder)
    assert f"breaks its schema at {where}: " in finding
    assert finding.startswith(f"{folder}/carts.yaml:")


# What the scenarios answer, and by which request


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("order-not-cart", ["409 ORDER_NOT_CART"]),
        ("leased", ["200"]),
        ("gateway-down", ["500 INTERNAL_ERROR"]),
        ("free-text-error", ["400"]),
        ("submitted-elsewhere", ["200", "200", "409 ORDER_NOT_CART"]),
        ("reopened", ["409 ORDER_NOT_CART", "200"]),
    ],
)
def test_the_outcomes_are_what_the_calls_answer(name, answers):
    assert [str(each) for each in outcomes(BUNDLED, BUNDLED.scenarios[name])] == answers


def test_a_scenario_is_shown_by_its_own_request_else_by_the_operation_s_else_by_one_from_the_contract(folder):
    own = "given: {}\nrequest: {path: {order_id: '43'}, headers: {Authorization: Bearer flt_sk_a}, body: {}}"
    backend = loaded(folder, own=own, plain="given: {}")
    assert sample_of(backend, backend.scenarios["own"]).path == {"order_id": "43"}
    assert sample_of(backend, backend.scenarios["plain"]) == backend.samples["update-a-cart"]
    (folder / "fixtures/requests/update-a-cart.yaml").unlink()
    bare = loaded(folder)
    assert sample_of(bare, bare.scenarios["plain"]).path == {"order_id": "42"}
    assert [str(each) for each in outcomes(bare, bare.scenarios["own"])] == ["200"]
