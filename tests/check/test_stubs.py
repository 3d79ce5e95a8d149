"""`mockserver check --stubs FILE`: the stubs of files against the contract and their own expectations."""

from pathlib import Path

import pytest

from mockserver.check import check, off_contract_notices
from mockserver.engine.backend import Backend
from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.support.terminal import called

HEAD = "stubs:\n- operation: update-a-cart\n  "


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "stubs.yaml"


def loaded(path: Path, text: str) -> Backend:
    path.write_text(HEAD + text + "\n", encoding="utf-8")
    return load_backend(Settings(stubs=(path,)))


def findings(path: Path, text: str) -> list[str]:
    return [str(each).removeprefix(f"{path}:") for each in check(loaded(path, text))]


def notices(path: Path, text: str) -> list[str]:
    return [str(each).removeprefix(f"{path}:") for each in off_contract_notices(loaded(path, text))]


@pytest.mark.parametrize(
    "text",
    [
        "respond: {error: ORDER_NOT_CART}",
        "respond: {error: ORDER_NOT_CART}\n  expect: {status: 409}\n  times: 1\n  match: {path: /nowhere}",
        "given: {carts: {'*': {state: ordered}}}\n  expect: {error: ORDER_NOT_CART}",
        "steps: [{times: 2, expect: {status: 200}}, {event: submit, expect: {status: 409}}]",
        "respond: {status: 503, offContract: true}\n  expect: {status: 503}",
        "delay: 1ms\n  expect: {status: 200}",
        "respond: {error: ORDER_NOT_CART}\n  request: {body: {purchaser_id: x}}",
    ],
)
def test_a_stub_that_does_what_it_says_is_no_finding(path, text):
    assert findings(path, text) == []


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("respond: {error: ORDER_NOT_CART}\n  expect: {status: 404}", "4: /stubs/0/expect", "found 409"),
        ("given: {}\n  expect: {error: ORDER_NOT_CART}", "4: /stubs/0/expect", "found 200"),
        ("steps:\n  - {}\n  - expect: {status: 409}", "5: /stubs/0/steps/1/expect", "found 200"),
        (
            "given: {}\n  expect: {status: 200}\n  request: {path: {order_id: 42}, body: {}}",
            "4: /stubs/0/expect", "expected 200, found 401",
        ),
    ],
)  # fmt: skip
def test_one_that_does_not_is_a_finding_with_its_line(path, text, line, found):
    [finding] = findings(path, text)
    assert finding.startswith(f"{line}: the stub /stubs/0: expected")
    assert found in finding


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        (
            "respond: {status: 503, offContract: true}",
            "3: /stubs/0/respond: off contract: the contract documents no 503 for update-a-cart",
        ),
        (
            "steps: [{}, {respond: {status: 200, offContract: true, body: {data: 7}}}]",
            "3: /stubs/0/steps/1/respond: off contract: /data: expected an object, found 7",
        ),
    ],
)
def test_what_is_off_contract_on_purpose_is_told_all_the_same(path, text, notice):
    [told] = notices(path, text)
    assert told.startswith(notice)
    assert findings(path, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "respond: {error: ORDER_NOT_CART}",
        "respond: {error: ORDER_NOT_CART, offContract: true}",
        "respond: {status: 200, offContract: true, body: responses/filled-cart.json}",
        "delay: 1ms",
        "given: {}",
    ],
)
def test_what_keeps_the_contract_is_not_told(path, text):
    assert notices(path, text) == []


def test_a_stub_for_any_operation_has_no_contract_to_break(path):
    path.write_text("stubs: [{respond: {status: 299, offContract: true}}]", encoding="utf-8")
    assert list(off_contract_notices(load_backend(Settings(stubs=(path,))))) == []


# The command


def test_a_file_without_findings_is_status_0_and_its_stubs_are_counted(path):
    path.write_text(HEAD + "respond: {status: 503, offContract: true}\n", encoding="utf-8")
    done = called("check", "--stubs", path)
    assert done.exit_code == 0
    assert f"{path}:3: /stubs/0/respond: off contract: the contract documents no 503" in done.stdout
    assert done.stdout.endswith(", 1 stub: no findings\n")


def test_what_breaks_the_contract_is_status_1_with_file_and_line(path):
    path.write_text(HEAD + "respond:\n    status: 200\n    body:\n      data: 7\n", encoding="utf-8")
    done = called("check", "--stubs", path)
    assert done.exit_code == 1
    assert f"{path}:6: /stubs/0/respond/body/data: the answer breaks the contract" in done.stdout


@pytest.mark.parametrize("text", [None, "a: b: c"], ids=["missing", "not YAML"])
def test_a_file_that_cannot_be_read_is_status_2(path, text):
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert called("check", "--stubs", path).exit_code == 2


@pytest.mark.parametrize("text", ["[]", "{}", "stubs: 7", "stubs: [7]", "stub: []", ""])
def test_a_file_that_is_no_list_of_stubs_is_status_1(path, text):
    path.write_text(text, encoding="utf-8")
    done = called("check", "--stubs", path)
    assert done.exit_code == 1
    assert str(path) in done.stdout
