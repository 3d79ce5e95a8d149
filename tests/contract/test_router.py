"""A method and a path mean one operation: the concrete one before the templated one."""

import re
from urllib.parse import quote

import pytest
from documents import contract_of
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.operation import Operation
from mockserver.contract.router import Router, UnknownPath, WrongMethod


def operations(*names: str) -> tuple[Operation, ...]:
    """Operations for names such as `GET /a`."""
    paths: dict[str, str] = {}
    for name in names:
        method, _, path = name.partition(" ")
        names = re.findall(r"\{([^{}]+)\}", path)
        parameters = ", ".join(f"{{name: '{each}', in: path, schema: {{}}}}" for each in names)
        paths[path] = paths.get(path, "") + (
            f"    {method.lower()}:\n      parameters: [{parameters}]\n      responses: {{}}\n"
        )
    return contract_of("paths:\n" + "".join(f"  {path}:\n{text}" for path, text in paths.items())).operations


def found(router: Router, method: str, path: str) -> tuple[str, dict[str, str]]:
    match = router.match(method, path)
    return match.operation.name, match.values


API = operations(
    "GET /",
    "GET /carts",
    "POST /carts",
    "PATCH /carts/{order_id}",
    "GET /carts/mine",
    "GET /carts/{order_id}/lines/{line}",
    "GET /carts/mine/lines/{line}",
    "PUT /carts/{order_id}/lines/last",
    "GET /files/{name}.{type}",
    "GET /files/{name}.json",
    "GET /files/report-{year}",
    "DELETE /files/{name}",
    "GET /trail/",
    "HEAD /own",
    "GET /own",
)
ROUTER = Router(API)


@pytest.mark.parametrize(
    ("method", "path", "name", "values"),
    [
        ("GET", "/", "GET /", {}),
        ("GET", "/carts", "GET /carts", {}),
        ("POST", "/carts", "POST /carts", {}),
        ("PATCH", "/carts/42", "PATCH /carts/{order_id}", {"order_id": "42"}),
        ("GET", "/carts/mine", "GET /carts/mine", {}),
        ("PATCH", "/carts/mine", "PATCH /carts/{order_id}", {"order_id": "mine"}),
        ("GET", "/carts/mine/lines/1", "GET /carts/mine/lines/{line}", {"line": "1"}),
        ("GET", "/carts/4/lines/1", "GET /carts/{order_id}/lines/{line}", {"order_id": "4", "line": "1"}),
        ("PUT", "/carts/mine/lines/last", "PUT /carts/{order_id}/lines/last", {"order_id": "mine"}),
        ("GET", "/files/a.png", "GET /files/{name}.{type}", {"name": "a", "type": "png"}),
        ("GET", "/files/a.json", "GET /files/{name}.json", {"name": "a"}),
        ("GET", "/files/report-2026", "GET /files/report-{year}", {"year": "2026"}),
        ("DELETE", "/files/a.json", "DELETE /files/{name}", {"name": "a.json"}),
        ("GET", "/trail/", "GET /trail/", {}),
        ("HEAD", "/carts", "GET /carts", {}),
        ("HEAD", "/own", "HEAD /own", {}),
        ("PATCH", "/carts/a%2Fb", "PATCH /carts/{order_id}", {"order_id": "a/b"}),
        ("PATCH", "/carts/%C3%A9%20", "PATCH /carts/{order_id}", {"order_id": "é "}),
        ("PATCH", "/carts/a+b", "PATCH /carts/{order_id}", {"order_id": "a+b"}),
        ("PATCH", "/carts/4%0A", "PATCH /carts/{order_id}", {"order_id": "4\n"}),
        ("PATCH", "/c%61rts/4", "PATCH /carts/{order_id}", {"order_id": "4"}),
        ("PATCH", "/carts/%", "PATCH /carts/{order_id}", {"order_id": "%"}),
        ("PATCH", "/carts/%25", "PATCH /carts/{order_id}", {"order_id": "%"}),
        ("PATCH", "/carts/%FF", "PATCH /carts/{order_id}", {"order_id": "\udcff"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_method_and_a_path_mean_an_operation_and_its_values(method, path, name, values):
    assert found(ROUTER, method, path) == (name, values)


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/cart/42", "/carts/{order_id}"),
        ("/Carts", "/carts"),
        ("/carts/", "/carts/{order_id}"),
        ("/carts/42/line/3", "/carts/{order_id}/lines/{line}"),
        ("/trail", "/trail/"),
        ("/ownn", "/own"),
    ],
)
def test_a_path_that_is_not_there_is_told_the_nearest_one(path, nearest):
    with pytest.raises(UnknownPath) as caught:
        ROUTER.match("GET", path)
    assert caught.value.nearest == nearest
    assert str(caught.value) == f"the contract has no path {path}"


def test_a_contract_without_paths_has_none_that_is_near():
    with pytest.raises(UnknownPath) as caught:
        Router(()).match("GET", "/a")
    assert caught.value.nearest is None


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/carts", ("GET", "HEAD", "POST")),
        ("GET", "/carts/42", ("PATCH",)),
        ("HEAD", "/carts/42", ("PATCH",)),
        ("POST", "/carts/mine", ("GET", "HEAD", "PATCH")),
        ("get", "/carts", ("GET", "HEAD", "POST")),
        ("OPTIONS", "/own", ("GET", "HEAD")),
    ],
)
def test_a_method_that_is_not_there_is_told_all_that_would_answer_this_path(method, path, allowed):
    with pytest.raises(WrongMethod) as caught:
        ROUTER.match(method, path)
    assert caught.value.allowed == allowed
    assert str(caught.value) == f"{path} does not take {method}, only {', '.join(allowed)}"


def test_paths_may_be_reached_below_a_base_as_well():
    router = Router(operations("GET /a/{b}"), ["/v1/", "", "/api"])
    assert {found(router, "GET", path)[0] for path in ("/a/1", "/v1/a/1", "/api/a/1")} == {"GET /a/{b}"}
    with pytest.raises(UnknownPath):
        router.match("GET", "/v2/a/1")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_any_value_comes_through_the_path_as_it_is(value):
    assert found(ROUTER, "PATCH", f"/carts/{quote(value, safe='')}") == (
        "PATCH /carts/{order_id}",
        {"order_id": value},
    )


def fits(operation: Operation, path: str) -> bool:
    """A second reading of a template: a placeholder is some characters of one segment."""
    pattern = re.sub(r"\\\{[^{}]+\\\}", "[^/]+", re.escape(operation.path))
    return re.fullmatch(pattern, path) is not None


@given(st.lists(st.sampled_from(["carts", "mine", "42", "lines", "files", "a.json", "", "own"]), max_size=5))
def test_any_path_is_matched_where_a_template_fits_and_refused_where_none_does(segments):
    path = "/" + "/".join(segments)
    fitting = [each for each in API if fits(each, path)]
    if any(each.method == "GET" for each in fitting):
        assert ROUTER.match("GET", path).operation in fitting
    else:
        with pytest.raises(WrongMethod if fitting else UnknownPath):
            ROUTER.match("GET", path)


@given(st.permutations(API))
def test_the_order_of_the_document_does_not_matter(shuffled):
    router = Router(shuffled)
    for method, path in (("GET", "/carts/mine"), ("GET", "/carts/mine/lines/1"), ("GET", "/files/a.json")):
        assert found(router, method, path) == found(ROUTER, method, path)
