"""Two documents under prefixes: everything that names an operation takes any of its names.

Both have the operationId `list-items`, so it is ambiguous; full names, and methods and paths, are not.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from mockserver.check import check
from mockserver.contract.operation_names import AmbiguousOperation, UnknownOperation
from mockserver.contract.reader.load import load
from mockserver.data.source import CannotRead, InvalidFiles
from mockserver.engine.backend import Backend
from mockserver.loading import load_backend
from mockserver.model import Call, Outcome
from mockserver.settings import Settings
from mockserver.strategies import Strategies
from tests.support.console import Console, open_console, problem
from tests.support.documents import HEAD
from tests.support.lamps import LampModel, Lamps

DOCUMENT = """
paths:
  /{path}:
    get:
      operationId: list-items
      responses:
        "200":
          description: All items.
          content:
            application/json:
              schema: {{type: object, required: [total], properties: {{total: {{type: integer}}}}}}
              example: {{total: 3}}
  /{path}/{{id}}:
    delete:
      operationId: drop-{path}
      parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
      responses: {{"204": {{description: Gone.}}}}
"""
SCENARIO = "summary: None.\noperation: {operation}\nrespond: {{status: 200, body: {{total: 0}}}}\n"
AMBIGUOUS = (
    "'list-items' is the name of several operations; full names: 'shop/list-items', 'store/list-items'"
)


class Lister(LampModel):
    """Counts the lamps; it is written for the operation `list-items` of any document."""

    calls: ClassVar[list[Call]] = []

    def handle(self, state: Lamps, call: Call) -> Outcome[Lamps]:
        self.calls.append(call)
        return Outcome(state, {"total": len(state)})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Both documents, with a scenario for the first operation and a sample request for each deletion."""
    for name, text in {
        "shop.yaml": HEAD + DOCUMENT.format(path="wares"),
        "store.yaml": HEAD + DOCUMENT.format(path="stock"),
        "scenarios/sold-out.yaml": SCENARIO.format(operation="shop/list-items"),
        "scenarios/empty.yaml": SCENARIO.format(operation="GET /stock"),
        "fixtures/requests/drop-wares.yaml": "path: {id: 7}",
        "fixtures/requests/store/drop-stock.yaml": "path: {id: 8}",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def loaded(folder: Path, *models: LampModel) -> Backend:
    settings = Settings(specs=(folder / "shop.yaml", folder / "store.yaml"))
    return load_backend(settings, list(models), prefixes=["shop", "store"])


@pytest.fixture
def console(folder: Path) -> Iterator[Console]:
    with open_console(backend=loaded(folder)) as opened:
        for path in ("/wares", "/stock", "/nowhere"):
            opened.send("GET", path)
        yield opened


def totals(console: Console, scenario: str) -> list[int]:
    """What both lists answer where a scenario is chosen by a header."""
    headers = {"x-mock-scenario": scenario}
    return [console.send("GET", path, headers=headers).json()["total"] for path in ("/wares", "/stock")]


def faults(folder: Path) -> str:
    with pytest.raises(InvalidFiles) as caught:
        loaded(folder)
    return str(caught.value)


def test_a_scenario_is_for_the_operation_that_its_name_means(console):
    assert (totals(console, "sold-out"), totals(console, "empty")) == ([0, 3], [3, 0])
    listed = console.call("GET scenarios").json()["scenarios"]
    assert [each["operation"] for each in listed] == ["store/list-items", "shop/list-items"]


def test_a_scenario_of_an_ambiguous_operation_is_a_finding_with_the_full_names(folder):
    (folder / "scenarios/sold-out.yaml").write_text(SCENARIO.format(operation="list-items"), encoding="utf-8")
    assert faults(folder) == f"{folder}/scenarios/sold-out.yaml:2: /operation: {AMBIGUOUS}"


def test_a_sample_request_is_named_by_its_path(folder):
    backend = loaded(folder)
    assert {name: sample.path for name, sample in backend.samples.items()} == {
        "shop/drop-wares": {"id": "7"},
        "store/drop-stock": {"id": "8"},
    }
    assert list(check(backend)) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("list-items", AMBIGUOUS),
        (
            "store/drop-stack",
            "the contract has no operation 'store/drop-stack'; did you mean 'store/drop-stock'?",
        ),
    ],
    ids=["ambiguous", "unknown"],
)
def test_a_sample_request_that_means_no_operation_is_a_finding(folder, name, message):
    path = folder / "fixtures/requests" / f"{name}.yaml"
    path.write_text("path: {id: 7}", encoding="utf-8")
    assert faults(folder) == f"{path}: {message}"


def test_exchanges_have_the_full_name(console):
    found = [each["operation"] for each in console.exchanges()]
    assert found == [None, "store/list-items", "shop/list-items"]


@pytest.mark.parametrize("name", ["shop/list-items", "GET%20/wares"])
def test_a_filter_takes_any_name(console, name):
    assert [each["request"]["path"] for each in console.exchanges(f"?operation={name}")] == ["/wares"]


@pytest.mark.parametrize("call", ["GET requests", "GET mutations"])
def test_a_filter_by_an_ambiguous_name_lists_the_full_names(console, call):
    refused = console.call(f"{call}?operation=list-items")
    assert problem(refused) == "422 ambiguous-operation"
    assert refused.json()["detail"] == AMBIGUOUS
    assert refused.json()["valid"] == ["shop/list-items", "store/list-items"]


def test_a_match_takes_any_name_and_null(console):
    for name in ("shop/list-items", "GET /wares", None):
        verified = console.call("POST requests/verify", {"match": {"operation": name}})
        assert verified.json()["count"] == 1
    sequence = [{"operation": "GET /wares"}, {"operation": "store/list-items"}, {"operation": None}]
    assert console.call("POST requests/verify", {"sequence": sequence}).json()["count"] == 3


def test_a_match_by_an_ambiguous_name_is_an_error_at_its_pointer(console):
    sequence = [{"operation": "GET /wares"}, {"operation": "list-items"}]
    refused = console.call("POST requests/verify", {"sequence": sequence})
    assert problem(refused) == "422 bad-data"
    assert refused.json()["faults"] == [{"pointer": "/sequence/1/operation", "message": AMBIGUOUS}]


def test_records_of_an_operation_that_is_gone_are_found_by_its_full_name(console, folder):
    only_shop = load([folder / "shop.yaml"], prefixes=["shop"])
    console.server.pipeline.serve(replace(console.server.backend, contract=only_shop))
    assert [each["request"]["path"] for each in console.exchanges("?operation=store/list-items")] == [
        "/stock"
    ]
    verified = console.call("POST requests/verify", {"match": {"operation": "store/list-items"}})
    assert verified.json()["count"] == 1
    assert problem(console.call("GET requests?operation=store/list-item")) == "404 unknown-operation"


def test_coverage_has_a_row_for_each_full_name(console):
    def seen(row: Any) -> bool:
        return any(fact["seen"] for fact in row["statuses"])

    rows = console.call("GET coverage").json()["operations"]
    assert {row["operation"]: seen(row) for row in rows} == {
        "shop/list-items": True,
        "shop/drop-wares": False,
        "store/list-items": True,
        "store/drop-stock": False,
    }


@pytest.mark.parametrize("name", ["shop/list-items", "GET /wares"])
def test_a_mutation_is_chosen_by_any_name_of_its_operation(console, name):
    chosen = console.call("PUT session/mutation", {"name": f"{name} 200 wrong-type /total"})
    assert (chosen.status, chosen.json()["name"]) == (200, "shop/list-items 200 wrong-type /total")
    assert console.send("GET", "/wares").json() == {"total": "3"}
    assert console.send("GET", "/stock").json() == {"total": 3}


def test_a_mutation_of_an_ambiguous_operation_lists_the_full_names(console):
    refused = console.call("PUT mutation", {"name": "list-items 200 wrong-type /total"})
    assert (problem(refused), refused.json()["detail"]) == ("422 ambiguous-operation", AMBIGUOUS)


def test_strategies_take_any_name(folder):
    backend = loaded(folder)
    drawn = Strategies(backend.contract, backend.scenarios.values())
    assert drawn.requests("shop/drop-wares") is not None
    assert drawn.requests("DELETE /stock/{id}") is not None
    with pytest.raises(AmbiguousOperation):
        drawn.requests("list-items")
    with pytest.raises(UnknownOperation):
        drawn.requests("shop/list-itmes")


def test_a_model_answers_the_operation_of_its_document_under_any_prefix(folder):
    model = Lister(operation="list-items")
    backend = loaded(folder, model)
    assert set(backend.models) == {"shop/list-items", "store/list-items"}
    with open_console(backend=backend) as console:
        assert [console.send("GET", path).json() for path in ("/wares", "/stock")] == [{"total": 1}] * 2
    assert [(call.operation, call.full_name) for call in model.calls] == [
        ("list-items", "shop/list-items"),
        ("list-items", "store/list-items"),
    ]


def test_given_changes_the_collections_of_every_model(folder):
    (folder / "scenarios/lit.yaml").write_text(
        "summary: Lit.\noperation: shop/list-items\n"
        "given: {lamps: {yard: {is: 'on'}}, signs: {exit: {is: 'on'}}}\n",
        encoding="utf-8",
    )
    counted = [Lister(operation="list-items"), Lister("signs", "signs", "drop-stock", {})]
    with open_console(backend=loaded(folder, *counted)) as console:
        assert totals(console, "lit") == [2, 1]
        assert console.call("PUT session/scenario", {"name": "lit"}).status == 200
        assert console.state() == {
            "lamps": {"hall": {"is": "off"}, "yard": {"is": "on"}},
            "signs": {"exit": {"is": "on"}},
        }


def test_equal_paths_are_possible_under_different_prefixes_only(folder):
    twice = [folder / "shop.yaml", folder / "shop.yaml"]
    contract = load(twice, prefixes=["a", "b"])
    assert [each.id for each in contract.operations] == [
        "a/list-items", "a/drop-wares", "b/list-items", "b/drop-wares",
    ]  # fmt: skip
    for prefixes in (["a", "a"], ["", ""], None):
        with pytest.raises(CannotRead, match="is already described in"):
            load(twice, prefixes=prefixes)
