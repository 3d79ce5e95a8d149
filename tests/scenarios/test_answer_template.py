"""Fixed answers with expressions: how values are written into headers and bodies of each media type."""

import html
import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.reading import MISSING
from mockserver.http import header_rules
from mockserver.http.message import Answer, json_answer
from mockserver.scenarios.answer_template import answer_violations, read_template
from mockserver.scenarios.expressions import Expression
from tests.support.documents import operation_of


class Values:
    """The value of each `{$request.query.NAME}` by its name."""

    def __init__(self, **values: Any) -> None:
        self._values = values

    def value_of(self, expression: Expression) -> object:
        return self._values.get(expression.name, MISSING)


def filled(answer: Answer, **values: Any) -> Answer:
    answer, template = read_template(answer)
    return answer if template is None else template.filled(answer, Values(**values)).answer


def text_answer(text: str, media_type: str) -> Answer:
    return Answer(200, [("content-type", media_type)], text.encode())


IT = "{$request.query.it}"


@pytest.mark.parametrize(
    "answer",
    [
        json_answer(200, {"a": ["{order_id}", "{$foo}", 1.5]}),
        Answer(200, [("content-type", "application/json")], b'{ "a": "{$foo}" }\n'),
        Answer(200, [("content-type", "image/png")], b"\x89{$uuid}"),
        Answer(200, [("content-type", "application/pdf")], b"\xff{$uuid}"),
        Answer(204),
    ],
)
def test_an_answer_without_expressions_has_no_template_and_stays_as_it_is(answer: Answer):
    assert read_template(answer) == (answer, None)


def test_escapes_are_resolved_without_a_template():
    answer, template = read_template(json_answer(200, {"a": r"\{$uuid}"}, [("x-a", r"\{$uuid}")]))

    assert template is None
    assert (answer.body, answer.value) == (b'{"a":"{$uuid}"}', {"a": "{$uuid}"})
    assert ("x-a", "{$uuid}") in answer.headers
    assert read_template(text_answer(r"\{$uuid}", "text/plain"))[0].body == b"{$uuid}"


def test_a_json_body_has_the_value_and_its_encoding():
    answer = filled(json_answer(200, {"it": IT, "at": [f"{IT}!"]}), it=42)

    assert (answer.body, answer.value) == (b'{"it":42,"at":["42!"]}', {"it": 42, "at": ["42!"]})


def test_a_file_of_json_is_a_template_as_well():
    assert (
        filled(text_answer(f'{{ "it": "{IT}" }}', "application/vnd.api+json"), it=[1]).body == b'{"it":[1]}'
    )


@pytest.mark.parametrize(
    "media_type", ["text/html", "text/html; charset=utf-8", "application/xhtml+xml", "text/xml"]
)
@given(value=st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r")))
def test_in_markup_values_are_escaped(media_type: str, value: str):
    body = filled(text_answer(f"<b title='{IT}'>{IT}</b>", media_type), it=value).body.decode()

    inner = body.removeprefix("<b title='").removesuffix("</b>").split("'>")
    assert len(inner) == 2
    assert not set("<>\"'") & set("".join(inner))
    assert [html.unescape(each) if "&" in each else each for each in inner] == [value, value]


def test_json_that_is_sent_as_html_is_escaped_as_well():
    answer = filled(json_answer(200, {"it": IT}, [("content-type", "text/html")]), it="<b>")

    assert (answer.body, answer.value) == (b'{"it":"&lt;b&gt;"}', MISSING)


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_in_a_form_values_are_percent_encoded(value: str):
    body = filled(text_answer(f"a=1&it={IT}", "application/x-www-form-urlencoded"), it=value).body

    assert parse_qsl(body.decode(), keep_blank_values=True) == [("a", "1"), ("it", value)]


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_in_lines_of_json_values_are_escaped(value: str):
    body = filled(text_answer(f'{{"it": "{IT}"}}\n', "application/x-ndjson"), it=value).body

    assert json.loads(body) == {"it": value}


def test_in_plain_text_values_stay_as_they_are():
    assert filled(text_answer(f"{IT} & {IT}", "text/plain"), it="<b>").body == b"<b> & <b>"
    assert filled(text_answer(IT, "text/plain")).body == b"null"


@pytest.mark.parametrize(("value", "text"), [("a", "a"), (42, "42"), (True, "true"), ([1], "[1]"), ("", "")])
def test_a_header_has_the_text_of_the_value(value: Any, text: str):
    assert list(filled(Answer(200, [("x-it", IT), ("x-b", "b")]), it=value).headers) == [
        ("x-it", text),
        ("x-b", "b"),
    ]


@given(st.none() | st.text())
def test_a_header_that_cannot_be_sent_is_left_out(value: str | None):
    answer, template = read_template(Answer(200, [("x-it", IT), ("x-b", f"b {IT}")]))
    assert template is not None
    made = template.filled(answer, Values(it=value))

    assert all(header_rules.violation(name, text) is None for name, text in made.answer.headers)
    assert len(made.answer.headers) + len(made.left_out) == 2
    assert value is None or ("\n" in value) <= (len(made.left_out) == 2)


def test_a_null_in_a_text_of_a_header_is_written():
    assert list(filled(Answer(200, [("x-it", IT), ("x-b", f"b {IT}")])).headers) == [("x-b", "b null")]


# The check when files are read

OPERATION = operation_of("""
paths:
  /lamps:
    get:
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [id]
                properties:
                  id: {type: integer}
                  kind: {enum: [led, neon]}
                  rooms: {type: array, items: {type: string}, uniqueItems: true}
            text/html: {schema: {type: string, maxLength: 3}}
            application/xml:
              schema: {type: object, properties: {id: {type: integer}, kind: {type: boolean}}}
            application/yaml: {schema: {type: object, required: [id], properties: {id: {type: integer}}}}
""")


def violations(answer: Answer) -> list[tuple[str, str]]:
    _, template = read_template(answer)
    assert template is not None
    return [(each.pointer, each.keyword) for each in answer_violations(OPERATION, answer, template)]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (json_answer(200, {"id": IT, "kind": IT, "rooms": [IT, IT, "a"]}), []),
        (json_answer(200, {"id": IT, "rooms": IT}), []),
        (json_answer(200, {"id": IT, "kind": "oil"}), [("/kind", "enum")]),
        (json_answer(200, {"id": IT, "rooms": [IT, 4]}), [("/rooms/1", "type")]),
        (json_answer(200, {"kind": IT}), [("", "required")]),
        (json_answer(200, {IT: 1, "kind": "oil"}), [("/kind", "enum")]),
        (json_answer(200, [IT]), [("", "type")]),
        (json_answer(200, IT), []),
        (json_answer(404, {"id": IT}), [("", "status")]),
        (json_answer(200, {"id": IT}, [("content-type", "text/plain")]), [("", "contentType")]),
        (json_answer(200, {"id": IT}, [("content-type", IT)]), []),
        (json_answer(200, {"id": "x"}, [("x-it", IT)]), [("/id", "type")]),
        (text_answer(f"<p>{IT}</p>", "text/html"), []),
        (text_answer(f"<it><id>{IT}</id><kind>true</kind></it>", "application/xml"), []),
        (text_answer(f"<it><id>{IT}</id><kind>maybe</kind></it>", "application/xml"), [("/kind", "type")]),
        (text_answer(f"<it><id>{IT}</it>", "application/xml"), [("", "xml")]),
        (text_answer(f"id: {IT}\n", "application/yaml"), []),
        (text_answer(f'{{"id": {IT}}}', "application/json"), [("", "json")]),
    ],
)  # fmt: skip
def test_all_but_what_expressions_decide_is_checked_when_files_are_read(
    answer: Answer, found: list[tuple[str, str]]
):
    assert violations(answer) == found


def test_json_with_a_bare_expression_gets_a_hint():
    answer = text_answer(f'{{"id": {IT}}}', "application/json")
    (violation,) = answer_violations(OPERATION, answer, read_template(answer)[1])

    assert violation.message.endswith("an expression in JSON is a string, in quotation marks")
