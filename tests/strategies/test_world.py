"""Strategies with a world draw requests that reach the items of a session's state."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import httpx
import pytest
from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis.strategies import SearchStrategy

from mockserver import create_app, strategies
from mockserver.data.json import Json, plain
from mockserver.loading import load_backend
from mockserver.model import AnyModel, Call, Outcome, Rejected
from mockserver.scenarios.samples import Sample
from mockserver.settings import Settings
from mockserver.strategies import SentRequest, Strategies
from mockserver.testing.in_process_server import serve_in_process
from mockserver.testing.session import MockSession
from mockserver.testing.transport import in_process_client, in_process_transport
from tests.support.documents import contract_of
from tests.support.lamps import LampModel, Lamps
from tests.support.patches import BUNDLED

DRAWS = 300
COUNTED = settings(
    max_examples=DRAWS,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
SEARCH = settings(max_examples=1_000, deadline=None, derandomize=True, database=None)
TREES = """
openapi: 3.1.0
info: {title: Trees, version: "1"}
paths:
  /v1/gardens:
    post:
      operationId: open-garden
      requestBody:
        {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Garden'}}}}
      responses:
        "201":
          {description: Opened, content: {application/json: {schema: {$ref: '#/components/schemas/Garden'}}}}
  /v1/gardens/{garden}:
    get:
      operationId: read-garden
      parameters: [{name: garden, in: path, required: true, schema: {type: string, format: uuid}}]
      responses:
        "200":
          {description: Found, content: {application/json: {schema: {$ref: '#/components/schemas/Garden'}}}}
        "404": {description: Missing}
  /v1/gardens/{garden}/trees:
    post:
      operationId: plant
      parameters: [{name: garden, in: path, required: true, schema: {type: string, format: uuid}}]
      requestBody:
        {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}
      responses:
        "201":
          {description: Planted, content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}
        "404": {description: Missing}
  /v1/gardens/{garden}/trees/{treeId}:
    parameters:
      - {name: garden, in: path, required: true, schema: {type: string, format: uuid}}
      - {name: treeId, in: path, required: true, schema: {type: integer}}
    get:
      operationId: look
      responses:
        "200":
          {description: Found, content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}
        "404": {description: Missing}
    patch:
      operationId: trim
      requestBody:
        {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}
      responses:
        "200":
          {description: Trimmed, content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}
        "404": {description: Missing}
components:
  schemas:
    Garden:
      type: object
      required: [name]
      properties: {id: {type: string, format: uuid, readOnly: true}, name: {type: string, minLength: 1}}
    Tree:
      type: object
      properties: {id: {type: integer, readOnly: true}, height: {type: integer}, kind: {enum: [oak, elm]}}
"""
LAMPS = """
openapi: 3.1.0
info: {title: Lamps, version: "1"}
paths:
  /switches/{room}:
    put:
      operationId: switch
      parameters: [{name: room, in: path, required: true, schema: {type: string}}]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [other_lamp]
              properties: {other_lamp: {type: string}}
      responses:
        "200": {description: Switched, content: {application/json: {schema: {type: object}}}}
        "404":
          description: There is no such lamp.
          content: {application/json: {schema: {type: object, properties: {error: {enum: [NO_LAMP]}}}}}
"""


class SwitchModel(LampModel):
    """Lamps of which one is switched with another; both must exist."""

    operation: str = "switch"

    def codes(self, operation: str) -> tuple[str, ...]:
        return ("NO_LAMP",)

    def handle(self, state: Lamps, call: Call) -> Outcome[Lamps]:
        body = call.body
        if call.parameters["room"] not in state or not isinstance(body, dict):
            raise Rejected("NO_LAMP")
        if body["other_lamp"] not in state:
            raise Rejected("NO_LAMP")
        return Outcome(state, {})


@dataclass(frozen=True)
class Mock:
    """A session of an application in process, a client in it, and the strategies of its contract."""

    session: MockSession
    client: httpx.Client
    drawn: Strategies

    def send(self, sent: SentRequest) -> httpx.Response:
        url = self.session.url + sent.path
        return self.client.request(sent.method, url, headers=sent.headers, content=sent.body)

    def count(self, operation: str, *, world: bool = True, draws: int = DRAWS) -> Counter[object]:
        """How often so many requests of an operation got each status and each code."""
        counts: Counter[object] = Counter()

        @seed(1)
        @settings(COUNTED, max_examples=draws)
        @given(self.drawn.requests(operation, world=self.session if world else None))
        def holds(sent: SentRequest) -> None:
            answer = self.send(sent)
            assert answer.headers["x-mock-source"] != "validation"
            counts[answer.status_code] += 1
            if "json" in answer.headers.get("content-type", "") and answer.is_error:
                counts[answer.json().get("error")] += 1

        holds()
        return counts


@contextmanager
def mock_of(settings: Settings, models: list[AnyModel] | None = None) -> Iterator[Mock]:
    backend = load_backend(settings, models)
    drawn = strategies.of(backend.contract, backend.scenarios.values(), backend.samples)
    app = create_app(settings, models=models)
    with ExitStack() as stack:
        server = stack.enter_context(serve_in_process(app))
        session = MockSession(stack.enter_context(in_process_client(server)), "mine")
        transport = in_process_transport(server, session.key)
        yield Mock(session, stack.enter_context(httpx.Client(transport=transport)), drawn)


@pytest.fixture
def carts() -> Iterator[Mock]:
    with mock_of(Settings()) as mock:
        yield mock


def document(folder: Path, text: str) -> Settings:
    path = folder / "openapi.yaml"
    path.write_text(text, encoding="utf-8")
    return Settings(specs=(path,), stateful=text is TREES)


def test_a_third_of_the_requests_succeed_and_most_codes_are_met(carts: Mock):
    counts = carts.count("update-a-cart")
    assert counts[200] >= DRAWS / 3
    codes = {each for each in counts if isinstance(each, str)}
    assert len(codes) >= 8, counts
    responses = BUNDLED.contract.operation("update-a-cart").responses.values()
    listed = {code for response in responses for code in response.codes}
    assert len(listed) == 12
    assert codes <= listed


def test_without_the_examples_the_state_is_reached_as_well(carts: Mock):
    state = plain(carts.session.state)
    assert isinstance(state, dict)
    others = {key: cart for key, cart in state["carts"].items() if key not in ("42", "43", "46")}
    opened = {"company": 1, "state": "cart", "mode": "LEASING"}
    carts.session.replace_state({**state, "carts": {**others, "900": opened, "901": opened}})
    counts = carts.count("update-a-cart")
    assert counts[200] >= DRAWS / 3, counts


def test_resources_are_reached_with_their_parents(tmp_path: Path):
    with mock_of(document(tmp_path, TREES)) as mock:
        for name in ("North", "South"):
            opened = mock.client.post(f"{mock.session.url}/v1/gardens", json={"name": name}).json()
            for height in range(3):
                url = f"{mock.session.url}/v1/gardens/{opened['id']}/trees"
                assert mock.client.post(url, json={"height": height}).status_code == 201
        for operation in ("read-garden", "plant", "look", "trim"):
            counts = mock.count(operation, draws=60)
            assert counts[200] + counts[201] >= 30, (operation, counts)
            assert operation == "plant" or counts[404], "an id may be that of no item"
        assert not mock.count("look", world=False, draws=60)[200]


def test_the_state_of_a_model_of_one_s_own_is_reached(tmp_path: Path):
    model = SwitchModel(initial={"hall": "on", "attic": "off"})
    with mock_of(document(tmp_path, LAMPS), [model]) as mock:
        counts = mock.count("switch", draws=60)
        assert counts[200] >= 20
        assert counts["NO_LAMP"] >= 5


EXAMPLES = contract_of("""
paths:
  /reports/{report_id}:
    post:
      operationId: file
      parameters:
        - {name: report_id, in: path, required: true, example: r-77, schema: {type: string}}
        - {name: region, in: query, required: true, example: north, schema: {type: string}}
      requestBody:
        required: true
        content:
          application/json:
            example: {office_id: 5, desk: blue}
            schema:
              type: object
              required: [office_id, desk, clerk_id]
              properties:
                office_id: {type: integer}
                desk: {type: string}
                clerk_id: {type: integer, example: 31}
      responses: {"204": {description: Filed}}
""")


def test_what_the_state_lacks_is_drawn_from_the_sample_and_the_examples():
    sample = Sample(
        path={"report_id": "r-78"}, query={"region": "south"}, body={"office_id": 6, "desk": "red"}
    )
    drawn = strategies.of(EXAMPLES, samples={"file": sample})
    counts: Counter[Json] = Counter()

    @seed(1)
    @settings(COUNTED, max_examples=100)
    @given(drawn.requests("file", world=SimpleNamespace(state={})))
    def holds(sent: SentRequest) -> None:
        body = sent.json if isinstance(sent.json, dict) else {}
        counts.update([sent.path, *map(str, body.values())])

    holds()
    assert counts["/reports/r-78?region=south"] >= 10
    assert min(counts[each] for each in ("5", "6", "blue", "red", "31")) >= 5, counts


def test_any_object_with_a_state_is_a_world():
    frozen = MappingProxyType({"carts": MappingProxyType({"900": MappingProxyType({"devices": ()})})})
    world = SimpleNamespace(state=frozen)
    assert plain(frozen) == {"carts": {"900": {"devices": []}}}
    found = find(strategies.requests("update-a-cart", world=world), lambda _: True, settings=SEARCH)
    assert found.path == "/carts/900"


def test_the_ids_in_a_body_are_those_of_the_item_that_is_fixed_in_the_path(carts: Mock):
    """The users of the cart's own company are drawn most, not those of others."""
    counts: Counter[Json] = Counter()

    @seed(1)
    @COUNTED
    @given(strategies.requests("update-a-cart", world=carts.session, path={"order_id": "61"}))
    def holds(sent: SentRequest) -> None:
        assert sent.path == "/carts/61"
        if isinstance(sent.json, dict) and "purchaser_id" in sent.json:
            counts[str(sent.json["purchaser_id"])] += 1

    holds()
    assert counts["21"] + counts["22"] > counts.total() / 2


def test_the_strategy_draws_the_same_although_the_requests_change_the_state(carts: Mock):
    """Hypothesis raises FlakyStrategyDefinition otherwise."""
    assert carts.count("update-a-cart", draws=100).total() >= 100


Property = Callable[[SentRequest], object]


def _line(sent: SentRequest) -> Mapping[str, Json]:
    body = sent.json if isinstance(sent.json, dict) else {}
    lines = body.get("order_items", [])
    return lines[0] if isinstance(lines, list) and lines and isinstance(lines[0], dict) else {}


MINIMAL: dict[str, tuple[Property, Json]] = {
    "nothing": (lambda sent: True, {}),
    "a purchaser": (lambda sent: "purchaser_id" in (sent.json or {}), {"purchaser_id": 12}),
    "a mode": (lambda sent: "acquisition_mode" in (sent.json or {}), {"acquisition_mode": "LEASING"}),
    "a line": (_line, {"order_items": [{"product_id": 101, "delivery_country": "FR"}]}),
    "a line with a user": (
        lambda sent: "user_id" in _line(sent),
        {"order_items": [{"product_id": 101, "delivery_country": "FR", "user_id": 12}]},
    ),
    "a line with a layout": (
        lambda sent: "keyboard_layout" in _line(sent),
        {"order_items": [{"product_id": 101, "delivery_country": "FR", "keyboard_layout": "FRENCH_AZERTY"}]},
    ),
}


@pytest.mark.parametrize(("fails", "body"), MINIMAL.values(), ids=MINIMAL)
def test_the_smallest_request_has_no_optional_member_without_need(carts: Mock, fails: Property, body: Json):
    drawn = strategies.requests("update-a-cart", world=carts.session)
    found = find(drawn, lambda sent: bool(fails(sent)), settings=SEARCH)
    assert (found.path, found.json) == ("/carts/42", body)


SMALLEST: dict[str, Json] = {
    "CART_NOT_FOUND": {},
    "ORDER_NOT_CART": {},
    "INVALID_PURCHASER": {"purchaser_id": 21},
    "KEYBOARD_LAYOUT_REQUIRED": {"order_items": [{"product_id": 101, "delivery_country": "FR"}]},
}


@pytest.mark.parametrize(("code", "body"), SMALLEST.items(), ids=SMALLEST)
def test_the_smallest_request_with_a_code_has_only_what_the_code_is_about(carts: Mock, code: str, body: Json):
    def is_refused(sent: SentRequest) -> bool:
        with carts.session.checkpoint():
            answer = carts.send(sent)
        return answer.is_error and answer.json().get("error") == code

    drawn = strategies.requests("update-a-cart", world=carts.session)
    assert find(drawn, is_refused, settings=SEARCH).json == body


WIDE = contract_of("""
paths:
  /things:
    post:
      operationId: make
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: sort, in: query, schema: {type: string}}
        - {name: X-Trace, in: header, schema: {type: string}}
        - {name: theme, in: cookie, schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              additionalProperties: {type: string}
              properties:
                size: {type: integer}
                label: {anyOf: [{type: string}, {type: object, properties: {en: {type: string}}}]}
                inner:
                  type: object
                  properties: {depth: {type: integer}, notes: {type: array, items: {type: string}}}
      responses: {"204": {description: Made}}
""")


def _in_body(*names: str) -> Property:
    def has(sent: SentRequest) -> bool:
        value: Json = sent.json
        for name in names:
            if not isinstance(value, dict) or name not in value:
                return False
            value = value[name]
        return True

    return has


NEEDED: dict[str, tuple[Property, str, Json]] = {
    "nothing": (lambda sent: True, "/things", None),
    "a query parameter": (lambda sent: "sort" in sent.path, "/things?sort=", None),
    "a header": (lambda sent: "X-Trace" in sent.headers, "/things", None),
    "a cookie": (lambda sent: "Cookie" in sent.headers, "/things", None),
    "a body": (lambda sent: sent.json is not None, "/things", {}),
    "a member": (_in_body("size"), "/things", {"size": 0}),
    "a member of a member": (_in_body("inner", "depth"), "/things", {"inner": {"depth": 0}}),
    "an array in a member": (_in_body("inner", "notes"), "/things", {"inner": {"notes": []}}),
    "a second branch": (_in_body("label", "en"), "/things", {"label": {"en": ""}}),
}


@pytest.mark.parametrize(("fails", "path", "body"), NEEDED.values(), ids=NEEDED)
@pytest.mark.parametrize("world", [None, SimpleNamespace(state={"things": {"1": {"size": 3}}})])
def test_the_smallest_request_of_any_contract(
    fails: Property, path: str, body: Json, world: SimpleNamespace | None
):
    drawn: SearchStrategy[SentRequest] = strategies.of(WIDE).requests("make", world=world)
    found = find(drawn, lambda sent: bool(fails(sent)), settings=SEARCH)
    assert (found.path, found.json) == (path, body)
    assert len(found.headers) <= (body is not None) + (fails is NEEDED["a header"][0]) + (
        fails is NEEDED["a cookie"][0]
    )
