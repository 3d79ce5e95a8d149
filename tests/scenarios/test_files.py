"""Scenario files: what they can contain, and errors with their line and the nearest valid name."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.source import CannotRead, Finding, InvalidFiles, parse
from mockserver.loading import load_backend
from mockserver.scenarios.context import Context
from mockserver.scenarios.faults import Fixed
from mockserver.scenarios.files import load_scenarios, read_scenario
from mockserver.scenarios.scenario import Scenario
from mockserver.scenarios.stub import Action, Expectation, Given, Respond, Step, Story
from mockserver.settings import Settings
from tests.support.patches import BUNDLED

CONTEXT = Context(BUNDLED.contract, BUNDLED.models, BUNDLED.fixtures)
HEAD = "summary: What it shows.\noperation: update-a-cart\n"


def scenario(rest: str, *, name: str = "it", head: str = HEAD) -> Scenario:
    found = read_scenario(parse(head + rest, Path(f"{name}.yaml")), CONTEXT)
    assert found is not None
    return found


def act(rest: str) -> Action | None:
    return scenario(rest).stub.action


def steps_of(read: Scenario) -> tuple[Step, ...]:
    return read.stub.action.steps if isinstance(read.stub.action, Story) else ()


def faults(text: str, name: str = "it") -> list[str]:
    with pytest.raises(InvalidFiles) as caught:
        read_scenario(parse(text, Path(f"{name}.yaml")), CONTEXT)
    return [str(finding) for finding in caught.value.findings]


# What a scenario can do


def test_an_error_has_the_status_that_the_contract_lists_it_under():
    fixed = act("respond: {error: ORDER_NOT_CART}")
    assert isinstance(fixed, Respond)
    assert (fixed.answer.status, fixed.answer.body, fixed.error) == (
        409,
        b'{"error":"ORDER_NOT_CART"}',
        "ORDER_NOT_CART",
    )


def test_a_body_comes_from_a_fixture_with_the_media_type_of_its_suffix():
    fixed = act("respond: {status: 500, body: responses/internal-error.json, headers: {Retry-After: '5'}}")
    assert isinstance(fixed, Respond)
    assert fixed.answer.body == (BUNDLED.fixtures / "responses/internal-error.json").read_bytes()
    assert list(fixed.answer.headers) == [("content-type", "application/json"), ("retry-after", "5")]
    assert fixed.error is None


def test_a_body_may_be_written_in_place():
    fixed = act("respond: {status: 400, body: {error: 'Not today'}}")
    assert isinstance(fixed, Respond)
    assert fixed.answer.body == b'{"error":"Not today"}'
    assert fixed.answer.content_type == "application/json"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("200ms", 0.2), ("2s", 2.0), ("1.5s", 1.5), ("0ms", 0.0), ("60s", 60.0), ("60000ms", 60.0)],
)
def test_a_delay_is_written_in_seconds_or_milliseconds(written, seconds):
    found = scenario(f"respond: {{error: ORDER_NOT_CART, delay: {written}}}")
    assert found.stub.fault_plan.delay == Fixed(seconds)


def test_without_a_delay_there_is_none():
    assert scenario("respond: {error: ORDER_NOT_CART}").stub.fault_plan.delay is None


def test_given_is_kept_as_it_is_written():
    changes = {"carts": {"*": {"state": "ordered"}}}
    assert act("given: {carts: {'*': {state: ordered}}}") == Given({"carts": changes})


def test_a_story_has_steps_with_their_events_and_expectations():
    assert act(
        "steps: [{times: 2, expect: {status: 200}}, {event: submit, expect: {error: ORDER_NOT_CART}}, {}]"
    ) == Story(
        (
            Step(2, None, Expectation(200, None)),
            Step(1, "submit", Expectation(None, "ORDER_NOT_CART")),
            Step(1, None, None),
        )
    )


def test_the_remaining_keys_of_a_file_are_read():
    read = scenario(
        "respond: {error: INTERNAL_ERROR}\nvalidate: false\nexpect: {status: 500}\n"
        "request: {path: {order_id: 42}}"
    )
    assert (read.name, read.summary, read.stub.validate) == ("it", "What it shows.", False)
    assert read.expect == Expectation(500, None)
    assert read.sample is not None
    assert read.sample.path == {"order_id": "42"}
    assert str(read.source_location) == "it.yaml:3#/respond"


@pytest.mark.parametrize("operation", ["update-a-cart", "PATCH /carts/{order_id}"])
def test_an_operation_is_named_by_its_id_or_by_method_and_path(operation):
    read = scenario("respond: {error: ORDER_NOT_CART}", head=f"summary: .\noperation: {operation}\n")
    assert read.operation is BUNDLED.contract.operations[0]


# What is wrong with a file

RESPOND = "respond: {error: ORDER_NOT_CART}\n"
BROKEN = {
    "an unknown key": (
        HEAD + RESPOND + "expct: {status: 409}",
        ["it.yaml:4: /expct: unknown key 'expct'; did you mean 'expect'?"],
    ),
    "an unknown key of the answer": (
        HEAD + "respond:\n  error: ORDER_NOT_CART\n  header: {}",
        ["it.yaml:5: /respond/header: unknown key 'header'; did you mean 'headers'?"],
    ),
    "an unknown key of a step": (
        HEAD + "steps:\n  - time: 2",
        ["it.yaml:4: /steps/0/time: unknown key 'time'; did you mean 'times'?"],
    ),
    "an unknown key of the expectation": (
        HEAD + RESPOND + "expect: {code: 409}",
        ["it.yaml:4: /expect/code: unknown key 'code'; valid: error, status"],
    ),
    "an unknown key of the request": (
        HEAD + RESPOND + "request: {boddy: {}}",
        ["it.yaml:4: /request/boddy: unknown key 'boddy'; did you mean 'body'?"],
    ),
    "no summary": ("operation: update-a-cart\n" + RESPOND, ["it.yaml:1: the key 'summary' is missing"]),
    "no operation": ("summary: x\n" + RESPOND, ["it.yaml:1: the key 'operation' is missing"]),
    "an unknown operation": (
        "summary: x\noperation: update-cart\n" + RESPOND,
        ["it.yaml:2: /operation: the contract has no operation 'update-cart'; did you mean 'update-a-cart'?"],
    ),
    "an unknown code": (
        HEAD + "respond: {error: ORDER_NO_CART}",
        ["it.yaml:3: /respond/error: unknown error code 'ORDER_NO_CART'; did you mean 'ORDER_NOT_CART'?"],
    ),
    "an unknown code that is expected": (
        HEAD + "given: {}\nexpect: {error: ORDER_NO_CART}",
        ["it.yaml:4: /expect/error: unknown error code 'ORDER_NO_CART'; did you mean 'ORDER_NOT_CART'?"],
    ),
    "a code under another status": (
        HEAD + "respond: {error: ORDER_NOT_CART, status: 400}",
        ["it.yaml:3: /respond/status: the contract lists ORDER_NOT_CART under 409, not 400"],
    ),
    "an unknown fixture": (
        HEAD + "respond: {status: 200, body: responses/filled-car.json}",
        [
            "it.yaml:3: /respond/body: there is no fixture 'responses/filled-car.json'; "
            "did you mean 'responses/filled-cart.json'?"
        ],
    ),
    "an unknown event": (
        HEAD + "steps:\n  - event: submitt",
        ["it.yaml:4: /steps/0/event: unknown event 'submitt'; did you mean 'submit'?"],
    ),
    "a step that lasts for no call": (
        HEAD + "steps:\n  - times: 0",
        ["it.yaml:4: /steps/0/times: 0 is less than 1"],
    ),
    "a story without steps": (HEAD + "steps: []", ["it.yaml:3: /steps: a story has at least one step"]),
    "two things at once": (
        HEAD + RESPOND + "given: {}",
        ["it.yaml:1: expected only one of 'respond', 'given' and 'steps'; found respond and given"],
    ),
    "nothing to do": (
        HEAD,
        ["it.yaml:1: expected one of 'respond', 'given' and 'steps', or a 'delay' or 'fault'; found none"],
    ),
    "an error and a body": (
        HEAD + "respond: {error: ORDER_NOT_CART, body: {error: ORDER_NOT_CART}}",
        ["it.yaml:3: /respond: 'error' is itself the body; expected only one of 'error' and 'body'"],
    ),
    "neither error nor status": (
        HEAD + "respond: {body: responses/filled-cart.json}",
        ["it.yaml:3: /respond: a fixed answer requires an 'error' or a 'status'"],
    ),
    "the world unvalidated": (
        HEAD + "given: {}\nvalidate: false",
        [
            "it.yaml:4: /validate: 'validate: false' requires 'respond', because a model takes only valid "
            "requests"
        ],
    ),
    "no object": ("- summary", ["it.yaml:1: expected an object, found an array"]),
}


@pytest.mark.parametrize(("text", "expected"), BROKEN.values(), ids=list(BROKEN))
def test_an_error_names_its_line_and_the_nearest_valid_name(text, expected):
    assert [fault for fault in expected if fault not in faults(text)] == []


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        (
            HEAD + "respond: {status: 418, body: {}}",
            3,
            ["/respond/status", "no 418", "200, 400, 403, 404, 409, 500"],
        ),
        (
            HEAD + "given:\n  carts:\n    '42': {state: orderd}",
            5,
            ["/given/carts/42/state", "did you mean 'ordered'"],
        ),
        (
            HEAD + "given:\n  carts:\n    '*': {state: orderd}",
            5,
            ["/given/carts/*/state", "did you mean 'ordered'"],
        ),
        (
            HEAD + "given:\n  carts:\n    '4711': {state: ordered}",
            5,
            ["/given/carts/4711", "unknown id '4711'"],
        ),
        (HEAD + "given:\n  cart: {}", 4, ["/given/cart", "did you mean 'carts'"]),
        (HEAD + "given:\n  carts:\n    '42': {purchaser: 999}", 5, ["/given/carts/42/purchaser", "999"]),
        (HEAD + "respond:\n  status: 200\n  body: {data: {id: x}}", 5, ["breaks the contract", "/data"]),
        (HEAD + "respond:\n  status: 409\n  body: {error: OTHER}", 5, ["breaks the contract", "/error"]),
        (HEAD + "respond: {status: 200, text: hello}", 3, ["breaks the contract"]),
    ],
    ids=[
        "a status that is not documented",
        "an unknown state",
        "an unknown state of all",
        "an unknown id",
        "an unknown collection",
        "a person who is not there",
        "a body off contract",
        "a code off contract",
        "no body where there is to be one",
    ],
)
def test_an_error_is_found_when_the_file_is_read(text, line, named):
    found = "\n".join(faults(text))
    assert found.startswith(f"it.yaml:{line}: ")
    assert [word for word in named if word not in found] == []


@pytest.mark.parametrize("name", ["Order", "order_not_cart", "order not", "é", "a.b"])
def test_a_name_has_only_lower_case_letters_digits_and_hyphens(name):
    assert any(name in fault and "a-z" in fault for fault in faults(HEAD + RESPOND, name))


@pytest.mark.parametrize("delay", ["200", "2 s", "-1s", "2m", "fast", "61s", "1e3ms", "٢s", "[]", "''"])
def test_an_invalid_delay_is_refused(delay):
    [fault] = faults(HEAD + f"respond: {{error: ORDER_NOT_CART, delay: {delay}}}")
    assert "/respond/delay: expected a delay, written 200ms or 1.5s, up to 60s" in fault


@pytest.mark.parametrize(
    "path", ["../world.yaml", "/etc/passwd", "..", "responses/../../scenarios/slow.yaml"]
)
def test_a_fixture_is_read_only_from_the_folder_of_fixtures(path):
    assert any(
        "there is no fixture" in fault for fault in faults(HEAD + f"respond: {{status: 200, body: {path}}}")
    )


def test_a_fixture_that_is_a_link_out_of_the_folder_is_named_as_such(tmp_path):
    (tmp_path / "outside.json").touch()
    (responses := tmp_path / "fixtures" / "responses").mkdir(parents=True)
    (responses / "linked.json").symlink_to(tmp_path / "outside.json")
    document = parse(HEAD + "respond: {status: 200, body: responses/linked.json}", Path("it.yaml"))
    with pytest.raises(InvalidFiles, match=r"'responses/linked\.json' is a link out of the folder"):
        read_scenario(document, Context(BUNDLED.contract, BUNDLED.models, tmp_path / "fixtures"))


def test_all_errors_of_a_file_are_reported_at_once():
    text = "summary: 3\noperation: update-a-cart\nfoo: 1\n"
    text += "respond: {error: NOPE, delay: soon}\nexpect: {status: x}"
    pointers = [fault.split(": ")[1] for fault in faults(text)]
    assert {*pointers} >= {"/foo", "/summary", "/respond/error", "/respond/delay", "/expect/status"}


# Stories, counted


@given(st.lists(st.integers(min_value=1, max_value=5), min_size=1, max_size=5), st.integers(0, 30))
def test_a_step_holds_for_its_times_and_the_last_one_for_all_further_calls(times, extra):
    story = Story(tuple(Step(each, None, None) for each in times))
    played = [story.step_after(call) for call in range(sum(times) + extra)]
    expected = [index for index, each in enumerate(times) for _ in range(each)] + [len(times) - 1] * extra
    assert [index for index, _ in played] == expected
    assert [index for index, entered in played if entered] == list(range(len(times)))


# Folders


def load(folder: Path, *, lenient: bool = False) -> tuple[list[str], list[Finding]]:
    findings: list[Finding] = []
    context = Context(BUNDLED.contract, BUNDLED.models, BUNDLED.fixtures, lenient)
    return list(load_scenarios(folder, context, findings)), findings


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_every_yaml_file_of_a_folder_is_a_scenario(tmp_path):
    write(tmp_path, b=HEAD + RESPOND, a=HEAD + "given: {}")
    (tmp_path / "c.yml").write_text(HEAD + RESPOND, encoding="utf-8")
    (tmp_path / "README.md").write_text("# Not one", encoding="utf-8")
    assert load(tmp_path) == (["a", "b", "c"], [])


def test_the_errors_of_all_files_are_collected(tmp_path):
    write(tmp_path, a=HEAD, b=HEAD + RESPOND, c="[]")
    names, findings = load(tmp_path)
    assert names == ["b"]
    assert {finding.path.stem for finding in findings} == {"a", "c"}


def test_a_file_that_is_not_valid_yaml_cannot_be_read(tmp_path):
    with pytest.raises(CannotRead, match=r"a\.yaml:1: not valid YAML"):
        load(write(tmp_path, a="a: b: c"))


OTHER = "summary: x\noperation: delete-a-cart\n" + RESPOND


def test_a_scenario_of_an_unknown_operation_is_an_error(tmp_path):
    names, findings = load(write(tmp_path, a=OTHER))
    assert (names, [finding.line for finding in findings]) == ([], [2])


def test_a_lenient_reader_leaves_out_a_scenario_of_an_unknown_operation(tmp_path):
    assert load(write(tmp_path, a=OTHER, b=HEAD + RESPOND), lenient=True) == (["b"], [])


def test_two_files_with_the_same_name_are_an_error(tmp_path):
    write(tmp_path, a=HEAD + RESPOND)
    (tmp_path / "a.yml").write_text(HEAD + "given: {}", encoding="utf-8")
    assert [finding.path.name for finding in load(tmp_path)[1]] != []


# The bundled ones


def test_each_documented_error_code_is_forced_by_the_scenario_of_its_name():
    forced = {
        name: read.stub.action.error
        for name, read in BUNDLED.scenarios.items()
        if isinstance(read.stub.action, Respond) and read.stub.action.error
    }
    codes = [code for code, _ in BUNDLED.contract.operations[0].codes()]
    assert forced == {code.lower().replace("_", "-"): code for code in codes}


def test_the_summary_of_each_bundled_scenario_is_a_sentence():
    assert [read.name for read in BUNDLED.scenarios.values() if not read.summary.endswith(".")] == []


def test_every_bundled_given_and_story_has_an_expectation():
    unproven = [
        read.name
        for read in BUNDLED.scenarios.values()
        if (isinstance(read.stub.action, Given) and read.expect is None)
        or (
            isinstance(read.stub.action, Story)
            and any(step.expect is None for step in read.stub.action.steps)
        )
    ]
    assert unproven == []


def test_bundled_scenarios_of_unknown_operations_are_left_out(tmp_path):
    (tmp_path / "other.yaml").write_text(
        'openapi: 3.1.0\ninfo: {title: Other, version: "1"}\n'
        "paths: {/x: {get: {operationId: x, responses: {'204': {description: Done}}}}}\n",
        encoding="utf-8",
    )
    assert load_backend(Settings(specs=(tmp_path / "other.yaml",))).scenarios == {}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("Retry After", "5", "not a valid header name"),
        ("X☃", "5", "not a valid header name"),
        ("X-A", "a\\r\\nSet-Cookie: b", "without control characters"),
        ("X-A", "☃", "without control characters"),
        ("Content-Length", "5", "sets this header itself"),
        ("X-Mock-Source", "model", "sets this header itself"),
        ("Access-Control-Allow-Origin", "*", "sets this header itself"),
    ],
)
def test_a_header_that_is_not_valid_in_http_is_refused(name: str, value: str, said: str) -> None:
    rest = f'respond: {{error: ORDER_NOT_CART, headers: {{"{name}": "{value}"}}}}\n'
    with pytest.raises(InvalidFiles) as refused:
        scenario(rest)
    assert said in str(refused.value)
    assert "/respond/headers/" in str(refused.value)


def test_a_content_type_among_the_headers_replaces_the_default() -> None:
    rest = "respond: {status: 409, body: {error: ORDER_NOT_CART}, headers: {Content-Type: text/plain}}\n"
    with pytest.raises(InvalidFiles) as refused:
        scenario(rest)
    assert "text/plain" in str(refused.value)
