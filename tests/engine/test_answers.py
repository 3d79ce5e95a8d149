"""Answers of a model, of the contract, and refusals; an answer off contract is flagged."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.contract.validation import check_answer
from mockserver.data.json import Json
from mockserver.data.reading import BadData, Cursor, DataError
from mockserver.engine.answers.by_contract import chosen_answer
from mockserver.engine.answers.documented_headers import missing_headers
from mockserver.http.message import Request
from mockserver.loading import load_backend
from mockserver.model import Call, Outcome, Rejected, Subject
from mockserver.scenarios.choice import Choice, UnknownChoice
from mockserver.settings import Settings
from tests.support.documents import operation_of
from tests.support.patches import LINE, headers, patch, runtime, shown, status, summary

# Refusals: the contract's own 400, else a problem


def test_a_refusal_lists_every_violation_in_the_document_s_order():
    items: list[Json] = [{"product_id": 0, "keyboard_layout": "QWERTY"}]
    exchange = runtime().run(
        patch("0", {"order_items": items, "acquisition_mode": "RENT", "purchaser_id": 1.5})
    )
    body = shown(exchange)
    assert [(each["in"], each["pointer"], each["keyword"]) for each in body["violations"]] == [
        ("path", "/order_id", "pattern"),
        ("body", "/purchaser_id", "type"),
        ("body", "/order_items/0/product_id", "exclusiveMinimum"),
        ("body", "/order_items/0/keyboard_layout", "enum"),
        ("body", "/order_items/0", "required"),
        ("body", "/acquisition_mode", "enum"),
    ]
    assert body["error"].endswith("(and 5 more)")
    assert all(each["message"] for each in body["violations"])


def test_the_error_of_a_refusal_names_the_location():
    body = shown(runtime().run(patch(body={"order_items": [{**LINE, "product_id": 0}]})))
    assert body["error"] == f"/order_items/0/product_id: {body['violations'][0]['message']}"


def test_a_refusal_is_valid_by_the_contract():
    exchange = runtime().run(patch(body={"order_items": []}))
    assert exchange.own_violations == []
    assert headers(exchange)["content-type"] == "application/json"


BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["purchaser_id", "order_items", "product_id", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(BODIES)
def test_the_answer_to_any_body_is_valid_by_the_contract(body):
    request = replace(patch(), body=json.dumps(body).encode())
    exchange = runtime().run(request)
    assert exchange.own_violations == []
    assert exchange.answer is not None
    assert (
        check_answer(
            exchange.matched_operation, status(exchange), exchange.answer.content_type, exchange.answer.body
        )
        == []
    )


@pytest.mark.parametrize(
    ("request_", "kind", "named"),
    [
        (patch(headers={"Content-Type": "text/plain"}), "415 unsupported-type", "application/json"),
        (patch(headers={"Content-Encoding": "br"}), "415 unsupported-type", "gzip or deflate"),
        (replace(patch(), body=b"", over=1_048_576), "413 too-large", "1,048,576"),
    ],
    ids=["another type", "an encoding", "too large"],
)
def test_an_undocumented_refusal_is_a_problem(request_, kind, named):
    exchange = runtime().run(request_)
    assert summary(exchange) == kind
    assert named in shown(exchange)["detail"]
    assert shown(exchange)["violations"] != []
    assert headers(exchange)["x-mock-source"] == "validation"


def test_a_415_lists_the_supported_media_types():
    exchange = runtime().run(patch(headers={"Content-Type": "application/xml"}))
    assert headers(exchange)["accept-patch"] == "application/json"
    assert headers(exchange)["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("body", "status_", "named"),
    [
        (gzip.compress(b'{"purchaser_id": 12}'), 200, None),
        (gzip.compress(b'{"purchaser_id": "x"}'), 400, "/purchaser_id"),
        (gzip.compress(b" " * 1_000_001), 413, "the body is larger than 1,000,000 bytes"),
        (b'{"purchaser_id": 12}', 400, "the body is not valid gzip"),
    ],
    ids=["valid", "invalid", "a bomb", "not compressed"],
)
def test_a_compressed_body_is_decoded_and_validated(body, status_, named):
    request = replace(patch(headers={"Content-Encoding": "gzip"}), body=body)
    exchange = runtime(Settings(body_limit=1_000_000)).run(request)
    assert status(exchange) == status_
    assert named is None or named in str(shown(exchange))


def test_an_undocumented_refusal_of_a_body_that_cannot_be_decoded_is_a_400(tmp_path):
    (tmp_path / "api.yaml").write_text(
        UNDESCRIBED.replace("delete: {", "post: {requestBody: {content: {text/plain: {}}}, "),
        encoding="utf-8",
    )
    settings = Settings(specs=(tmp_path / "api.yaml",))
    sent = [("content-type", "text/plain"), ("content-encoding", "gzip")]
    request = Request.build("POST", "/tags", headers=sent, body=b"abc")
    exchange = runtime(settings, load_backend(settings)).run(request)
    assert status(exchange) == 400
    assert shown(exchange)["detail"] == "the body is not valid gzip: incorrect header check"


def test_the_headers_of_a_refusal_follow_its_chosen_example(tmp_path):
    (tmp_path / "api.yaml").write_text(
        """
openapi: 3.1.0
info: {title: Sums, version: "1"}
paths:
  /sums:
    get:
      parameters: [{name: to, in: query, required: true, schema: {type: integer}}]
      responses:
        "200": {description: The sum}
        4XX:
          description: No
          headers: {X-Kind: {schema: {type: string}, examples: {one: {value: first}, two: {value: second}}}}
          content: {application/json: {examples: {one: {value: {error: a}}, two: {value: {error: b}}}}}
""",
        encoding="utf-8",
    )
    settings = Settings(specs=(tmp_path / "api.yaml",))
    request = Request.build("GET", "/sums", headers=[("prefer", "example=two")])
    exchange = runtime(settings, load_backend(settings)).run(request)
    assert (status(exchange), headers(exchange)["x-kind"]) == (400, "second")


UNDESCRIBED = """
openapi: 3.1.0
info: {title: Tags, version: "1"}
paths: {/tags: {delete: {responses: {"204": {description: Gone}}}}}
"""


def test_a_body_that_the_contract_does_not_describe_is_noted(tmp_path):
    (tmp_path / "api.yaml").write_text(UNDESCRIBED, encoding="utf-8")
    settings = Settings(specs=(tmp_path / "api.yaml",))
    exchange = runtime(settings, load_backend(settings)).run(Request.build("DELETE", "/tags", body=b"1"))
    sentence = "the contract describes no body for this operation; the body is ignored"
    assert status(exchange) == 204
    assert headers(exchange)["x-mock-note"] == sentence
    assert sentence in [each.decided for each in exchange.trail]
    quiet = runtime(settings, load_backend(settings)).run(Request.build("DELETE", "/tags"))
    assert "x-mock-note" not in headers(quiet)


def test_with_errors_such_a_body_is_refused(tmp_path):
    (tmp_path / "api.yaml").write_text(UNDESCRIBED, encoding="utf-8")
    settings = Settings(specs=(tmp_path / "api.yaml",), errors=True)
    exchange = runtime(settings, load_backend(settings)).run(Request.build("DELETE", "/tags", body=b"1"))
    assert (status(exchange), [each.keyword for each in exchange.violations]) == (415, ["contentType"])


OWN_REFUSALS = """
openapi: 3.1.0
info: {title: Sums, version: "1"}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
paths:
  /sums:
    get:
      operationId: sum
      security: [{key: []}]
      parameters: [{name: to, in: query, schema: {type: integer}}]
      responses:
        "200": {description: The sum}
        "400":
          description: No
          content: {text/plain: {schema: {enum: ["no"]}, examples: {odd: {value: "not really"}}}}
        "401":
          description: Who are you?
          content: {application/json: {schema: {type: object, required: [by], not: {required: [by]}}}}
"""


@pytest.mark.parametrize(
    ("query", "sent", "expected", "source"),
    [
        ("to=many&__example=odd", [("x-key", "1")], 400, "validation"),
        ("to=1", [], 401, "auth"),
    ],
    ids=["an invalid request", "no credential"],
)
def test_a_refusal_off_contract_is_flagged_and_noted_in_the_trail(tmp_path, query, sent, expected, source):
    (tmp_path / "sums.yaml").write_text(OWN_REFUSALS, encoding="utf-8")
    settings = Settings(specs=(tmp_path / "sums.yaml",))
    exchange = runtime(settings, load_backend(settings)).run(Request.build("GET", "/sums", query, sent))
    assert (status(exchange), headers(exchange)["x-mock-source"]) == (expected, source)
    assert ("x-mock-off-contract", "1") in exchange.final_answer.headers
    assert len(exchange.own_violations) == 1
    notes = [reason.decided for reason in exchange.trail if reason.step == "check_answer"]
    assert [note.startswith("off contract: ") for note in notes] == [True]


# A model that is not ours


@dataclass
class Counter:
    """A model of one number; the body decides whether it answers, rejects or fails."""

    name: str = "counter"
    initial: int = 0
    events: tuple[str, ...] = ("bump",)

    def codes(self, operation: str) -> tuple[str, ...]:
        return ("TOO_HIGH",)

    def handles(self, operation: str, method: str, path: str) -> bool:
        return operation == "count"

    def admit(self, state: int, credential: str | None) -> None:
        pass

    def subject(self, call: Call) -> Subject | None:
        return None

    def handle(self, state: int, call: Call) -> Outcome[int]:
        match call.body:
            case "reject":
                raise Rejected("TOO_HIGH", check=1, reason="the number is too high")
            case "reject oddly":
                raise Rejected("TOO_ODD")
            case "misread":
                raise BadData([DataError("/deep", "expected a number")])
            case "stray":
                return Outcome(state, {"n": "one"})
        return Outcome(state + 1, {"n": state + 1}, ("counted once",))

    def lay(self, state: int, given: Json) -> int:
        return int(str(given))

    def fire(self, state: int, subject: Subject, event: str) -> int:
        return state + 100

    def dump(self, state: int) -> Json:
        return {"counter": {"all": state}}

    def load(self, data: Json) -> int:
        return (Cursor(data) / "counter" / "all").integer()


COUNT = """
openapi: 3.1.0
info: {title: Count, version: "1"}
paths:
  /count:
    post:
      operationId: count
      requestBody: {content: {application/json: {schema: {type: string}}}}
      responses:
        "201":
          description: Counted
          content:
            application/json:
              schema: {type: object, required: [n], properties: {n: {type: integer}}}
        "422":
          description: No
          content:
            application/json:
              schema: {type: object, required: [error], properties: {error: {enum: [TOO_HIGH]}}}
"""


@pytest.fixture
def counting(tmp_path: Path):
    (tmp_path / "count.yaml").write_text(COUNT, encoding="utf-8")
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "bumped.yaml").write_text(
        "summary: .\noperation: count\nsteps: [{}, {event: bump}]\n", encoding="utf-8"
    )
    settings = Settings(specs=(tmp_path / "count.yaml",))
    pipe = runtime(settings, load_backend(settings, [Counter()]))

    def count(body: str = "", **sent: str):
        named = [(name.replace("_", "-"), value) for name, value in sent.items()]
        content = f'"{body}"'.encode()
        return pipe.run(
            Request.build(
                "POST", "/count", headers=[("content-type", "application/json"), *named], body=content
            )
        )

    return count


def test_a_model_answers_with_the_successful_status_and_keeps_its_state(counting):
    assert [(status(each), shown(each)) for each in (counting(), counting())] == [
        (201, {"n": 1}),
        (201, {"n": 2}),
    ]


def test_a_model_s_remarks_are_in_the_trail(counting):
    assert "counted once" in [reason.decided for reason in counting().trail]


def test_a_rejection_has_the_status_under_which_the_contract_lists_its_code(counting):
    exchange = counting("reject")
    assert summary(exchange) == "422 TOO_HIGH"
    assert "check 1, TOO_HIGH: the number is too high" in [reason.decided for reason in exchange.trail]
    assert shown(counting()) == {"n": 1}


def test_an_undocumented_error_code_is_a_problem(counting):
    exchange = counting("reject oddly")
    assert summary(exchange) == "500 unlisted-code"
    assert "TOO_ODD" in shown(exchange)["detail"]
    assert headers(exchange)["x-mock-source"] == "mock"


def test_an_answer_off_contract_is_flagged(counting):
    exchange = counting("stray")
    assert (status(exchange), shown(exchange)) == (201, {"n": "one"})
    assert headers(exchange)["x-mock-off-contract"] == "1"
    assert [violation.pointer for violation in exchange.own_violations] == ["/n"]
    assert exchange.violations == []


def test_a_valid_body_that_the_model_cannot_read_is_refused(counting):
    exchange = counting("misread")
    assert (status(exchange), headers(exchange)["x-mock-source"]) == (422, "validation")
    assert shown(exchange)["violations"][0]["pointer"] == "/deep"


def test_a_story_without_a_subject_counts_the_operation_s_calls(counting):
    bodies = [shown(counting(x_mock_scenario="bumped")) for _ in range(3)]
    assert bodies == [{"n": 1}, {"n": 102}, {"n": 103}]


# The contract's own answers

MIXED = operation_of("""
paths:
  /mixed:
    get:
      responses:
        "200":
          description: Yes
          content:
            application/json:
              schema: {type: integer, minimum: 1, maximum: 99}
              examples: {one: {value: 1}, two: {value: 2}}
        "204": {description: Nothing}
        "404":
          description: No
          content:
            application/problem+json: {schema: {type: object}, examples: {gone: {value: {status: 404}}}}
        "4XX":
          description: Others
          content: {text/plain: {example: Sorry}}
        default:
          description: Whatever
          content: {application/json: {schema: {const: odd}}}
""")


@pytest.mark.parametrize(
    ("choice", "seed", "expected"),
    [
        (None, None, ("example", 200, "application/json", b"1")),
        (Choice("query", example="two"), None, ("example", 200, "application/json", b"2")),
        (
            Choice("query", example="gone"),
            None,
            ("example", 404, "application/problem+json", b'{"status":404}'),
        ),
        (Choice("query", code="204"), None, ("example", 204, None, b"")),
        (Choice("query", code="404"), None, ("example", 404, "application/problem+json", b'{"status":404}')),
        (Choice("query", code="418"), None, ("example", 418, "text/plain", b"Sorry")),
        (Choice("query", code="503"), None, ("generated", 503, "application/json", b'"odd"')),
        (Choice("query", code="4XX"), None, ("example", 400, "text/plain", b"Sorry")),
        (Choice("query", code="4xx"), None, ("example", 400, "text/plain", b"Sorry")),
        (Choice("query", code="default"), None, ("generated", 500, "application/json", b'"odd"')),
    ],
    ids=[
        "the first example",
        "a named one",
        "one of another status",
        "no body",
        "a status",
        "a status of a range",
        "a status of default",
        "a range",
        "a range in lower case",
        "default",
    ],
)
def test_the_contract_answers(choice, seed, expected):
    source, answer = chosen_answer(MIXED, choice, seed)
    assert (source, answer.status, answer.content_type, answer.body) == expected


@given(st.integers())
def test_a_seed_generates_a_valid_body(seed):
    source, answer = chosen_answer(MIXED, None, seed)
    assert source == "generated"
    assert check_answer(MIXED, answer.status, answer.content_type, answer.body) == []


LISTED = operation_of("""
paths:
  /birds:
    get:
      responses:
        "200":
          description: Birds
          content:
            application/json:
              schema:
                type: object
                required: [birds, has_more]
                properties: {birds: {type: array}, has_more: {type: boolean}, next: {type: [string, "null"]}}
              examples: {first: {value: {birds: [tern], has_more: true, next: "/birds?after=tern"}}}
""")


def test_the_example_of_a_list_says_that_the_list_ends():
    _, answer = chosen_answer(LISTED, None, None)
    assert json.loads(answer.body) == {"birds": ["tern"], "has_more": False, "next": None}
    assert "the mock has no other page" in answer.remark


def test_a_request_that_continues_a_list_gets_no_more_items():
    _, answer = chosen_answer(LISTED, None, None, continues_list=True)
    assert json.loads(answer.body) == {"birds": [], "has_more": False, "next": None}
    assert "gets its last page" in answer.remark


def test_an_example_that_is_chosen_by_name_is_sent_as_it_is_written():
    _, answer = chosen_answer(LISTED, Choice("query", example="first"), None)
    assert json.loads(answer.body)["next"] == "/birds?after=tern"


@pytest.mark.parametrize(
    "code", ["", "abc", "99", "600", "2XX", "5XX", "1XX", "Default", "0404", "٤٠٤", "-404"]
)
def test_a_code_that_is_not_a_status_is_unknown(code):
    with pytest.raises(UnknownChoice):
        chosen_answer(MIXED, Choice("query", code=code), None)


def test_an_example_of_another_status_than_the_chosen_one_is_unknown():
    with pytest.raises(UnknownChoice) as caught:
        chosen_answer(MIXED, Choice("query", code="200", example="gone"), None)
    assert caught.value.valid == ("one", "two")


NAMED = operation_of("""
paths:
  /named:
    get:
      responses:
        "200":
          description: Yes
          headers:
            X-State: {schema: {type: string}, examples: {on: {value: first}, off: {value: second}}}
            X-Count: {schema: {type: integer}, example: 7}
          content:
            application/json: {examples: {on: {value: 1}, off: {value: 2}}}
            text/plain: {examples: {words: {value: three}}}
        "301":
          description: Moved
          headers: {Location: {schema: {type: string}, examples: {near: {value: /a}, far: {value: /b}}}}
        "400": {description: Own, content: {application/json: {example: own}}}
        "4XX": {description: No, content: {application/json: {examples: {no: {value: 4}}}}}
        default: {description: Else, content: {application/json: {examples: {odd: {value: 5}}}}}
""")


@pytest.mark.parametrize(
    ("example", "status", "body"),
    [("no", 402, b"4"), ("odd", 500, b"5"), ("words", 200, b"three"), ("near", 301, b""), ("off", 200, b"2")],
)
def test_an_example_is_found_under_any_response(example, status, body):
    _, answer = chosen_answer(NAMED, Choice("query", example=example), None)
    assert (answer.status, answer.body) == (status, body)


def test_the_status_of_a_range_is_one_without_a_response_of_its_own():
    _, answer = chosen_answer(NAMED, Choice("query", code="4XX"), None)
    assert (answer.status, answer.body) == (402, b"4")


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (None, {"x-state": "first", "x-count": "7"}),
        (Choice("query", example="off"), {"x-state": "second", "x-count": "7"}),
        (Choice("query", example="words"), {"x-state": "first", "x-count": "7"}),
        (Choice("query", example="far"), {"location": "/b"}),
        (Choice("query", code="301"), {"location": "/a"}),
    ],
)
def test_the_examples_of_headers_follow_that_of_the_body(choice, expected):
    _, answer = chosen_answer(NAMED, choice, None)
    found = [*answer.headers, *missing_headers(NAMED, answer)]
    assert {name: value for name, value in found if name != "content-type"} == expected


@pytest.mark.parametrize(
    ("responses", "status"),
    [
        ("{4XX: {description: a}}", 400),
        ("{5XX: {description: a}, 4XX: {description: a}}", 400),
        ("{5XX: {description: a}}", 500),
        ("{'404': {description: a}, 4XX: {description: a}}", 404),
    ],
)
def test_where_only_errors_are_documented_the_answer_is_one_of_them(responses, status):
    operation = operation_of(f"paths: {{/a: {{get: {{responses: {responses}}}}}}}")
    _, answer = chosen_answer(operation, None, None)
    assert answer.status == status
    assert check_answer(operation, answer.status, None, b"") == []
