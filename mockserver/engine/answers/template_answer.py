"""Fixed answers with expressions: makes them for an exchange, and says in the trail what each one gives."""

from mockserver.contract.document.references import value_at
from mockserver.contract.schema.keywords.messages import value_phrase
from mockserver.data.json import object_or_empty
from mockserver.data.pointer import pointer_keys
from mockserver.data.quoting import printable, quoted
from mockserver.data.source import SourceLocation
from mockserver.engine.exchange import Exchange
from mockserver.engine.expression_values import ExchangeValues
from mockserver.http.message import Answer
from mockserver.http.redaction import MASK, mask
from mockserver.scenarios.answer_template import AnswerTemplate
from mockserver.scenarios.templates import ExpressionUse, text_form
from mockserver.settings import Settings

MOST_NAMED = 20  # expressions of one answer that the trail names
_LONGEST_EXPRESSION = 100  # characters that the trail shows
_LONGEST_VALUE = 2_000  # characters of a string in which secrets are masked before it is quoted


def filled_answer(
    exchange: Exchange,
    answer: Answer,
    template: AnswerTemplate,
    settings: Settings,
    where: SourceLocation | None,
) -> Answer:
    """The answer with the values of its expressions; `where` is a location in the file of the answer."""
    filled = template.filled(answer, ExchangeValues(exchange, settings))
    for use in filled.uses[:MOST_NAMED]:
        exchange.note("answer", _sentence(use, exchange), _location(template.pointer, use, where))
    if len(filled.uses) > MOST_NAMED:
        more = f"{len(filled.uses) - MOST_NAMED:,} more expressions are replaced"
        exchange.note_unmasked("answer", more, where)
    for name, reason in filled.left_out:
        exchange.remark("answer", f"the header {name} is left out: {reason}", where)
    exchange.size = len(filled.answer.body)  # because it may have much from the request
    return filled.answer


def _location(answer: str, use: ExpressionUse, where: SourceLocation | None) -> SourceLocation | None:
    """Where an expression is written, or the file of the body is named; `answer` is the answer's pointer."""
    if where is None:
        return None
    written, pointer = object_or_empty(value_at(where.document.data, answer)), use.pointer
    if pointer.startswith("/headers/"):
        names = object_or_empty(written.get("headers"))
        name = next((each for each in names if f"/headers/{each.lower()}" == pointer), "")
        pointer = f"/headers/{name}"
    elif value_at(written, pointer) is None:
        pointer = "/body" if "body" in written else "/text"
    return SourceLocation(where.document, answer + pointer)


def _sentence(use: ExpressionUse, exchange: Exchange) -> str:
    text = printable(use.expression.text)
    shown = text if len(text) <= _LONGEST_EXPRESSION else f"{text[:_LONGEST_EXPRESSION]}…"
    found = f"gives {_value(use, exchange)}" if use.is_found else "finds no value and gives null"
    return f"the expression {shown} at {printable(use.pointer)} {found}"


def _value(use: ExpressionUse, exchange: Exchange) -> str:
    """The value as the trail shows it: without secrets, and only the type of an array or object."""
    expression, value, names = use.expression, use.value, exchange.masked.names
    if expression.source == "body":
        keys = pointer_keys(expression.name)
        if names.has_whole_body:
            return MASK
    else:
        keys = [expression.name]
    if any(names.holds(key, value) for key in (*keys, *pointer_keys(use.pointer)[1:])):
        return mask(text_form(value)) if isinstance(value, str | int | float) else MASK
    if not isinstance(value, str):
        return value_phrase(value)
    if expression.source == "url":
        value = value.replace(exchange.request.head.path, exchange.masked.path, 1)
    return quoted(exchange.masked.text(value[:_LONGEST_VALUE]))
