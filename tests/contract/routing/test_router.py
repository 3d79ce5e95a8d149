"""A method and a path match one operation, a concrete path before a templated one."""

import re
from contextlib import suppress
from functools import partial
from itertools import count
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.operation import Operation
from mockserver.contract.routing.router import Router, UnknownPath, WrongMethod
from tests.support.documents import contract_of
from tests.support.timing import assert_linear, best_seconds


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
def test_a_method_and_a_path_match_an_operation_and_give_its_values(method, path, name, values):
    assert found(ROUTER, method, path) == (name, values)


@pytest.mark.parametrize(
    ("path", "nearest", "hint"),
    [
        ("/cart/42", "/carts/{order_id}", "the nearest path is /carts/{order_id}"),
        ("/Carts", "/carts", "the nearest path is /carts"),
        ("/carts/", "/carts", "note the slash at the end: the contract has /carts"),
        (
            "/carts/42/line/3",
            "/carts/{order_id}/lines/{line}",
            "the nearest path is /carts/{order_id}/lines/{line}",
        ),
        ("/trail", "/trail/", "note the slash at the end: the contract has /trail/"),
        ("/ownn", "/own", "the nearest path is /own"),
    ],
)
def test_an_unknown_path_names_the_nearest_one(path, nearest, hint):
    with pytest.raises(UnknownPath) as caught:
        ROUTER.match("GET", path)
    assert caught.value.nearest == nearest
    assert str(caught.value) == f"the contract has no path {path}; {hint}"


def test_a_contract_without_paths_has_no_nearest_path():
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
def test_an_unsupported_method_names_the_allowed_methods(method, path, allowed):
    with pytest.raises(WrongMethod) as caught:
        ROUTER.match(method, path)
    assert caught.value.allowed == allowed
    assert str(caught.value) == f"{path} does not support {method}, only {', '.join(allowed)}"


@pytest.mark.parametrize(
    ("path", "nearest"),
    [("/carts/", "/carts"), ("/carts/42/", "/carts/{order_id}"), ("/trail", "/trail/")],
)
def test_a_trailing_slash_makes_another_path_and_gives_a_hint(path, nearest):
    with pytest.raises(UnknownPath) as caught:
        ROUTER.match("GET", path)
    assert (caught.value.nearest, caught.value.slash) == (nearest, True)


@pytest.mark.parametrize(
    ("path", "operation"),
    [("/carts/", "/carts"), ("/carts/42/", "/carts/{order_id}"), ("/trail", "/trail/")],
)
def test_a_slash_more_or_less_at_the_end_can_be_allowed(path, operation):
    method = "PATCH" if "{" in operation else "GET"
    match = ROUTER.match(method, path, any_slash=True)
    assert (match.operation.path, match.other_slash) == (operation, True)
    assert not ROUTER.match(method, operation.replace("{order_id}", "42"), any_slash=True).other_slash
    with pytest.raises(WrongMethod):
        ROUTER.match("TRACE", path, any_slash=True)
    with pytest.raises(UnknownPath):
        ROUTER.match(method, f"{path}///", any_slash=True)


@pytest.mark.parametrize("path", ["//carts", "/carts//lines/1", "/cart", "/carts//"])
def test_empty_segments_are_not_values(path):
    with pytest.raises(UnknownPath) as caught:
        ROUTER.match("GET", path)
    assert not caught.value.slash


def test_braces_around_a_slash_are_no_placeholder():
    router = Router(operations("GET /shelves{/id}"))
    assert found(router, "GET", "/shelves{/id}") == ("GET /shelves{/id}", {})


def test_raw_values_are_percent_encoded_as_sent():
    match = ROUTER.match("GET", "/files/a%2Fb%C3%A9.%70ng")
    assert match.raw == {"name": "a%2Fb%C3%A9", "type": "%70ng"}
    assert match.values == {"name": "a/bé", "type": "png"}


def test_methods_are_case_sensitive_and_can_have_any_name():
    contract = contract_of(
        "paths: {/a: {query: {}, additionalOperations: {COPY: {}, copy: {operationId: small}}}}"
    )
    router = Router(contract.operations)
    assert [router.match(method, "/a").operation.id for method in ("QUERY", "COPY", "copy")] == [
        "QUERY /a",
        "COPY /a",
        "small",
    ]


# Servers


SERVED = Router(
    contract_of("""
servers:
  - {url: "https://api.example.com/{stage}/v1", variables: {stage: {default: live, enum: [live, test]}}}
paths:
  /a/{b}: {parameters: [{name: b, in: path}], get: {}, put: {servers: [{url: /own}]}}
  /c: {servers: [{url: /two}, {url: "http://elsewhere/three/"}], get: {}}
  /live/v1/c: {get: {operationId: bare}}
""").operations
)


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/a/1", "GET /a/{b}"),
        ("GET", "/live/v1/a/1", "GET /a/{b}"),
        ("GET", "/test/v1/a/1", "GET /a/{b}"),
        ("PUT", "/own/a/1", "PUT /a/{b}"),
        ("PUT", "/a/1", "PUT /a/{b}"),
        ("GET", "/two/c", "GET /c"),
        ("GET", "/three/c", "GET /c"),
        ("GET", "/live/v1/c", "bare"),
    ],
)
def test_a_path_matches_under_the_base_paths_of_its_servers_and_without_one(method, path, name):
    assert SERVED.match(method, path).operation.id == name


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v2/a/1"), ("PUT", "/live/v1/a/1"), ("GET", "/own/a/1")]
)
def test_other_base_paths_are_unknown(method, path):
    with pytest.raises((UnknownPath, WrongMethod)):
        SERVED.match(method, path)


def test_a_documented_base_path_wins_over_an_equal_path_without_one():
    paths = "{/v1/a: {get: {operationId: bare}}, /a: {get: {operationId: based}}}"
    router = Router(contract_of(f"servers: [{{url: /v1}}]\npaths: {paths}").operations)
    assert router.match("GET", "/v1/a").operation.id == "based"
    assert router.match("GET", "/v1/v1/a").operation.id == "bare"


# Many paths, long paths


MANY = Router(
    operations(*(f"GET /r{number}/{{id}}/x{number}-{{a}}" for number in range(2_000)), "GET /{a}-{b}-{c}")
)


def test_the_cost_of_a_match_does_not_grow_with_the_number_of_paths():
    few = Router(operations("GET /r7/{id}/x7-{a}"))
    cost, least = (best_seconds(partial(match_often, router, "/r7/1/x7-2")) for router in (MANY, few))
    assert cost < 10 * least


@pytest.mark.parametrize(
    ("start", "repeated", "end"),
    [("/", "a-", "/"), ("/", "-", ""), ("/", "a", ""), ("/r7/", "%2d", ""), ("", "/", "")],
    ids=["many positions to split at", "dashes", "no dash", "percent signs", "slashes"],
)
def test_the_cost_of_a_match_is_linear_in_the_length_of_the_path(start, repeated, end):
    def match(length: int) -> None:
        with suppress(UnknownPath):
            MANY.match("GET", start + repeated * (length // len(repeated)) + end)

    assert_linear(match, 1_024, 16_384)


def match_often(router: Router, path: str) -> None:
    for _ in range(200):
        router.match("GET", path)


# For all paths


SEGMENT = st.sampled_from(["a", "b", "a.json", "{}", "{}.json", "x-{}", "{}-{}", "{}:cancel", ""])
PATHS = st.lists(
    st.lists(SEGMENT, min_size=1, max_size=4).map(lambda segments: "/" + "/".join(segments)),
    min_size=1,
    max_size=12,
    unique=True,
)


def numbered(path: str) -> str:
    """The placeholders of a template such as `/{}-{}`, with distinct names."""
    names = (f"p{number}" for number in count())
    return re.sub(r"\{\}", lambda _: f"{{{next(names)}}}", path)


@given(PATHS)
def test_each_of_any_set_of_paths_matches_itself(shapes):
    router = Router(operations(*(f"GET {numbered(shape)}" for shape in shapes)))
    for shape in shapes:
        name, values = found(router, "GET", shape.replace("{}", "Z"))
        assert name == f"GET {numbered(shape)}"
        assert set(values.values()) <= {"Z"}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_any_value_is_extracted_unchanged(value):
    assert found(ROUTER, "PATCH", f"/carts/{quote(value, safe='')}") == (
        "PATCH /carts/{order_id}",
        {"order_id": value},
    )


def fits(operation: Operation, path: str) -> bool:
    """An independent reading of a template: a placeholder is one or more characters of a segment."""
    pattern = re.sub(r"\\\{[^{}]+\\\}", "[^/]+", re.escape(operation.path))
    return re.fullmatch(pattern, path) is not None


@given(st.lists(st.sampled_from(["carts", "mine", "42", "lines", "files", "a.json", "", "own"]), max_size=5))
def test_any_path_is_matched_exactly_if_a_template_matches(segments):
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
