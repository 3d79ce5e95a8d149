"""Fixed answers with expressions in their headers or body."""

from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote_plus

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.operation import Operation
from mockserver.contract.schema.unknown_values import Unknown
from mockserver.contract.validation import Violation, check_answer, check_partial_answer
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.json import Json
from mockserver.data.reading import MISSING
from mockserver.http import header_rules
from mockserver.http.media_types import parse_content_type
from mockserver.http.message import Answer, encoded
from mockserver.scenarios.expressions import OPENING
from mockserver.scenarios.templates import (
    Escape,
    ExpressionUse,
    ExpressionValues,
    Filling,
    FixedValue,
    JsonTemplate,
    TextTemplate,
    json_template,
    text_form,
    text_template,
    with_unknowns,
)

BodyFormat = Literal["json", "markup", "form", "lines", "text"]
_JSON_LINES = ("jsonl", "x-jsonl", "ndjson", "x-ndjson", "json-seq")
_OPENING = OPENING.encode()
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_ESCAPES: dict[BodyFormat, Escape] = {
    "markup": lambda text: text.translate(_MARKUP),
    "form": lambda text: quote_plus(text, errors="replace"),
    "lines": lambda text: encoded(text).decode()[1:-1],
}


class Filled(Struct, frozen=True):
    """An answer with the values of its expressions, and the headers that are left out, with the reasons."""

    answer: Answer
    uses: Sequence[ExpressionUse]
    left_out: Sequence[tuple[str, str]]


class AnswerTemplate(Struct, frozen=True):
    """The expressions of an answer; `headers` are in the answer's order, `body` None if it has none.

    `pointer` leads to the answer in its file.
    """

    headers: tuple[tuple[str, str | TextTemplate], ...]
    body: JsonTemplate | None
    body_format: BodyFormat
    pointer: str = ""

    def filled(self, answer: Answer, values: ExpressionValues) -> Filled:
        """The answer that this is the template of, with the values of its expressions."""
        filling, headers, left_out = Filling(values), list[tuple[str, str]](), list[tuple[str, str]]()
        for name, template in self.headers:
            value = template if isinstance(template, str) else template.filled(filling)
            text = text_form(value)
            reason = "the value is null" if value is None else header_rules.violation(name, text)
            if reason is None:
                headers.append((name, text))
            else:
                left_out.append((name, reason))
        return Filled(self._with_body(replace(answer, headers=headers), filling), filling.uses, left_out)

    def _with_body(self, answer: Answer, filling: Filling) -> Answer:
        match self.body:
            case None:
                return answer
            case TextTemplate() if self.body_format != "json":
                text = self.body.text(filling, _ESCAPES.get(self.body_format, str))
                return replace(answer, body=text.encode("utf-8", "replace"), value=MISSING)
        value = self.body.filled(filling)
        return replace(answer, body=encoded(value), value=value)


def read_template(answer: Answer, pointer: str = "") -> tuple[Answer, AnswerTemplate | None]:
    """A fixed answer without escapes of expressions, and its template if it has expressions.

    `pointer` leads to the answer in its file.
    """
    has_expressions = _OPENING in answer.body or any(OPENING in value for _, value in answer.headers)
    if not has_expressions:
        return answer, None
    headers = tuple((name, text_template(value, f"/headers/{name}")) for name, value in answer.headers)
    body_format, body = _body_template(answer)
    fixed = [(name, value) for name, value in headers if isinstance(value, str)]
    if isinstance(body, FixedValue):
        answer, body = _with_fixed_body(answer, body.value, body_format), None
    if len(fixed) < len(headers) or body is not None:
        return answer, AnswerTemplate(headers, body, body_format, pointer)
    return replace(answer, headers=fixed), None


def answer_violations(
    operation: Operation, answer: Answer, template: AnswerTemplate | None
) -> Sequence[Violation]:
    """The violations of a fixed answer that do not depend on the values of its expressions."""
    if template is None:
        return check_answer(operation, answer.status, answer.content_type, answer.body, answer.value)
    if OPENING in (answer.content_type or ""):
        return ()
    media_type = parse_content_type(answer.content_type or "")
    is_yaml = media_type is not None and media_type.is_yaml  # braces mean something else in it
    unknown = (lambda _: Unknown()) if is_yaml else with_unknowns
    found = check_partial_answer(operation, answer, unknown)
    return [_with_hint(each) if each.keyword == "json" else each for each in found]


def _with_hint(violation: Violation) -> Violation:
    """The violation of a body that is not JSON, which may have an expression without quotation marks."""
    return replace(
        violation, message=f"{violation.message}; an expression in JSON is a string, in quotation marks"
    )


def _with_fixed_body(answer: Answer, value: Json, body_format: BodyFormat) -> Answer:
    """The answer with a body without escapes; the same bytes if it had none."""
    if body_format != "json":
        return replace(answer, body=text_form(value).encode())
    return answer if value == decode(answer.body) else replace(answer, body=encoded(value), value=value)


def _body_template(answer: Answer) -> tuple[BodyFormat, JsonTemplate | None]:
    """How values are written into the body, and its template; None for a body that is not text."""
    if _OPENING not in answer.body:
        return "text", None
    body_format = _body_format(answer.content_type or "")
    if body_format is None:
        return "text", None
    try:
        if body_format == "json":
            return body_format, json_template(decode(answer.body), "/body")
    except Undecodable:
        body_format = "text"
    try:
        template = text_template(answer.body.decode(), "/body")
    except UnicodeDecodeError:
        return "text", None
    return body_format, FixedValue(template) if isinstance(template, str) else template


def _body_format(content_type: str) -> BodyFormat | None:
    """How values are written into a body of this type; None if it is bytes."""
    media_type = parse_content_type(content_type)
    if media_type is None:
        return "text"
    if media_type.is_json:
        return "json"
    if media_type.essence == "text/html" or media_type.is_xml:
        return "markup"
    if media_type.subtype == "x-www-form-urlencoded":
        return "form"
    if media_type.subtype in _JSON_LINES:
        return "lines"
    return "text" if media_type.type == "application" or not media_type.is_binary else None
