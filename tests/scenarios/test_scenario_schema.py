"""The JSON Schema of scenario files describes exactly what `mockserver.scenarios.files` reads."""

import copy
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.json import Json
from mockserver.data.reading import MISSING
from mockserver.data.source import InvalidFiles, parse
from mockserver.scenarios.context import Context
from mockserver.scenarios.faults import FAULT_NAMES, BadFault, read_delay, read_duration, read_fault
from mockserver.scenarios.files import KEYS, read_scenario
from tests.support.keys import recorded_keys
from tests.support.patches import BUNDLED
from tests.support.paths import ROOT, SCENARIOS

PATH = ROOT / "mockserver/scenarios/scenario.schema.json"
SCHEMA = json.loads(PATH.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
CONTEXT = Context(BUNDLED.contract, BUNDLED.models, BUNDLED.fixtures)
BUNDLED_FILES = sorted(SCENARIOS.glob("*.yaml"))
EVERYTHING = """\
- summary: A fixed answer.
  operation: update-a-cart
  validate: false
  respond:
    status: 200
    body: responses/filled-cart.json
    headers: {Retry-After: "5"}
    delay: 200ms
    fault: {name: slow-body, duration: 1.5s}
    probability: 0.3
  request: {path: {order_id: 42}, query: {}, headers: {Authorization: Bearer flt_sk_demo}, body: {}}
- summary: A fixed answer with its body written in place.
  operation: update-a-cart
  respond:
    {status: 400, offContract: true, body: {error: Not today}, fault: timeout, delay: {uniform: [1ms, 4ms]}}
- summary: A gateway.
  operation: update-a-cart
  respond:
    status: 200
    body: responses/filled-cart.json
    delay: uniform(100ms, 400ms)
    fault: {name: service-unavailable, retryAfter: 1s, probability: 0.3}
- summary: A gateway, written as in headers.
  operation: update-a-cart
  respond: {error: ORDER_NOT_CART, fault: {name: rate-limited, retry-after: 1s}}
- summary: Disturbances with options, written as in headers.
  operation: update-a-cart
  respond:
    error: ORDER_NOT_CART
    delay: lognormal(200ms, 0.5)
    fault: timeout; duration=1s; probability=0.5
- summary: A coded error.
  operation: PATCH /carts/{order_id}
  respond: {error: ORDER_NOT_CART, delay: {lognormal: {median: 200ms, sigma: 0.5}}}
- summary: A changed state.
  operation: update-a-cart
  given: {carts: {"*": {state: ordered}}}
  expect: {status: 409, error: ORDER_NOT_CART}
- summary: A story.
  operation: update-a-cart
  steps: [{times: 2, expect: {status: 200}}, {event: submit, expect: {error: ORDER_NOT_CART}}]
- summary: A story that answers or breaks.
  operation: update-a-cart
  steps:
    - {times: 2, respond: {status: 503, offContract: true, headers: {Retry-After: "1"}}}
    - {respond: {delay: 200ms}, fault: timeout, probability: 0.5}
    - {delay: 1s}
    - {}
- summary: An answer with a text.
  operation: update-a-cart
  respond: {status: 502, text: Bad gateway, offContract: true}
  delay: 200ms
- summary: The example of the contract.
  operation: update-a-cart
  validate: false
  respond: {status: 409}
- summary: Disturbances alone.
  operation: update-a-cart
  validate: true
  delay: 200ms
  fault: connection-reset
  probability: 0.3
- summary: An answer that is only disturbed.
  operation: update-a-cart
  respond: {fault: timeout, probability: 0.3}
"""
DOCUMENTS: list[dict[str, Json]] = yaml.safe_load(EVERYTHING)
VALUES: list[object] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    201,
    1.5,
    "",
    "text",
    [],
    [1],
    {},
    {"unknown": 1},
    MISSING,
]
NAMED_BY_THE_CONTRACT = {"operation", "error", "status", "event"}  # what a well-typed value may be
NAMED_BY_THE_CONTRACT |= {"offContract"}
OF_THE_CONTRACT = ("/given", "/respond/body", "/request/path", "/request/body")  # and all below


def is_readable(data: object) -> bool:
    """Whether the reader accepts this data as a scenario file."""
    try:
        return read_scenario(parse(json.dumps(data), Path("it.json")), CONTEXT) is not None
    except InvalidFiles:
        return False


def pointers(value: object, pointer: str = "") -> Iterator[str]:
    """The pointer of each value in the data, and of an unknown member of each object."""
    yield pointer
    members: Iterable[tuple[object, object]] = ()
    if isinstance(value, dict):
        members = [*value.items(), ("unknown", None)]
    elif isinstance(value, list):
        members = enumerate(value)
    for key, member in members:
        yield from pointers(member, f"{pointer}/{key}")


def with_value(data: object, pointer: str, value: object) -> object:
    """A copy of the data with one value replaced, added or (MISSING) removed."""
    root = [copy.deepcopy(data)]
    *parents, last = ("/0" + pointer).split("/")[1:]
    parent: object = root
    for token in parents:
        parent = parent[int(token)] if isinstance(parent, list) else parent[token]  # type: ignore[index]
    key = int(last) if isinstance(parent, list) else last
    if value is not MISSING:
        parent[key] = value  # type: ignore[index]
    elif isinstance(parent, dict):
        parent.pop(key, None)
    return root[0]


def is_decided_by_the_contract(pointer: str) -> bool:
    return pointer.rpartition("/")[2] in NAMED_BY_THE_CONTRACT or pointer.startswith(OF_THE_CONTRACT)


def subschema(pointer: str) -> dict[str, Json]:
    """The schema of the object at a pointer of a scenario file."""
    tokens = pointer.split("/")[1:]
    schema = SCHEMA
    while True:
        if "$ref" in schema:
            schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
        elif not tokens and "properties" in schema:
            return schema
        elif tokens and tokens[0] in schema.get("properties", ()):
            schema = schema["properties"][tokens.pop(0)]
        elif "items" in schema:
            schema = schema["items"]
            tokens.pop(0)
        else:  # of a delay or a fault: the form that is an object with this member
            [schema] = [
                each for each in schema["oneOf"] if (tokens or ["name"])[0] in each.get("properties", ())
            ]


def test_the_schema_is_valid_and_describes_every_key():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    texts: list[str] = []
    for schema in (SCHEMA, *SCHEMA["$defs"].values()):
        texts += [each.get("description", "") for each in schema.get("properties", {}).values()]
    assert [text for text in texts if len(text.split()) < 3 or not text.endswith(".")] == []


@pytest.mark.parametrize("path", BUNDLED_FILES, ids=lambda path: path.stem)
def test_every_bundled_scenario_is_valid_and_names_the_schema_for_editors(path: Path):
    text = path.read_text(encoding="utf-8")
    VALIDATOR.validate(yaml.safe_load(text))
    marker, _, reference = text.partition("\n")[0].partition("=")
    assert marker == "# yaml-language-server: $schema"
    assert (path.parent / reference).resolve() == PATH


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["summary"])
def test_the_schema_has_the_keys_that_the_reader_accepts(document):
    with recorded_keys() as accepted:
        assert is_readable(document)
    accepted.pop("/request/path", None)  # the operation's parameters
    described = {pointer: subschema(pointer) for pointer in accepted}
    assert {
        pointer: ({*schema["properties"]}, {*schema.get("required", ())})
        for pointer, schema in described.items()
    } == accepted
    assert accepted[""][0] == {*KEYS}


def test_the_documents_of_these_tests_use_every_key():
    used = {pointer.rpartition("/")[2] for document in DOCUMENTS for pointer in pointers(document)}
    schemas = (SCHEMA, *SCHEMA["$defs"].values(), *SCHEMA["$defs"]["fault"]["oneOf"])
    assert {key for schema in schemas for key in schema.get("properties", ())} - used == set()


@pytest.mark.parametrize("document", [*DOCUMENTS, {}], ids=lambda document: document.get("summary", "empty"))
def test_schema_and_reader_agree_after_any_change_of_one_value(document):
    different = []
    for pointer in pointers(document):
        for value in VALUES:
            changed = with_value(document, pointer, value)
            is_valid = VALIDATOR.is_valid(changed)
            if is_valid and is_decided_by_the_contract(pointer):
                continue
            if is_valid != is_readable(changed):
                different.append((pointer, value, is_valid))
    assert different == []


@pytest.mark.parametrize(
    "respond",
    [
        {"error": "ORDER_NOT_CART", "body": {}},
        {"error": "ORDER_NOT_CART", "probability": 1},
        {"error": "ORDER_NOT_CART", "fault": {"name": "connection-reset", "duration": "1s"}},
        {"error": "ORDER_NOT_CART", "fault": {"name": "timeout", "duration": "61s"}},
        {"error": "ORDER_NOT_CART", "delay": {"lognormal": {"median": "1s", "sigma": 6}}},
        {"error": "ORDER_NOT_CART", "delay": {"uniform": ["1s", "2s", "3s"]}},
        {"error": "ORDER_NOT_CART", "headers": {"Retry After": "5"}},
        {"error": "ORDER_NOT_CART", "headers": {"Retry-After": "5\r\n"}},
        {},
    ],
    ids=str,
)
def test_keys_that_exclude_each_other_are_refused_by_both(respond):
    scenario = {"summary": ".", "operation": "update-a-cart", "respond": respond}
    assert (VALIDATOR.is_valid(scenario), is_readable(scenario)) == (False, False)


def test_the_fault_names_are_those_of_the_reader():
    assert [each["const"] for each in SCHEMA["$defs"]["faultName"]["oneOf"]] == [*FAULT_NAMES]


DURATIONS = ("duration=1s", "duration = 60s", "duration=61s")
RETRIES = ("retry-after=61s", "retry-after=1.5s", "retry-after=1")
PROBABILITIES = ("probability=0.5", "probability=1", "probability=1.5", "probability=.5")
OPTIONS = st.sampled_from([*DURATIONS, *RETRIES, *PROBABILITIES, "", "x=1"])


@given(st.sampled_from(FAULT_NAMES), st.lists(OPTIONS, min_size=1, max_size=2))
def test_a_fault_with_options_is_what_the_header_takes(name, options):
    text = "; ".join([name, *options])
    fault = {"$ref": "#/$defs/fault", "$defs": SCHEMA["$defs"]}
    try:
        read_fault(text)
        is_read = True
    except BadFault:
        is_read = False
    assert jsonschema.Draft202012Validator(fault).is_valid(text) == is_read


@given(st.from_regex(r"\A(uniform|lognormal|unifrom) ?\((0|9|61|60)m?s, ?(60|9)(m?s|\.5)?\)\Z"))
def test_a_distribution_is_what_the_header_takes(text):
    delay = {"$ref": "#/$defs/delay", "$defs": SCHEMA["$defs"]}
    is_valid = jsonschema.Draft202012Validator(delay).is_valid(text)
    try:
        read_delay(text)
    except BadFault:
        # a pattern cannot compare the bounds
        assert not is_valid or (text.startswith("uniform") and text.count("s") == 2)
    else:
        assert is_valid


@given(
    st.from_regex(r"\A[0-9]{1,7}(\.[0-9]{0,4})?(ms|s|m)\Z")
    | st.from_regex(r"\A(0{0,4}60|0?60000)(\.0{0,4}1?)?m?s\Z")
)
def test_a_duration_is_what_the_reader_takes(text):
    duration = {"$ref": "#/$defs/duration", "$defs": SCHEMA["$defs"]}
    assert jsonschema.Draft202012Validator(duration).is_valid(text) == (read_duration(text) is not None)
