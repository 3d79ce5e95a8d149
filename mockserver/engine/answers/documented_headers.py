"""The headers that the contract documents for an answer, by their examples, else generated."""

import json
from collections.abc import Collection

from mockserver.contract.description import Header, Response, is_json
from mockserver.contract.operation import Operation
from mockserver.contract.validation import Violation
from mockserver.data.json import Json
from mockserver.http import header_rules
from mockserver.http.message import Answer


def example_headers(response: Response, example: str | None) -> list[tuple[str, str]]:
    """The headers that have an example of the same name as the body."""
    headers = ((each, each.examples.get(example or "")) for each in response.headers)
    return [
        (header.name.lower(), _serialized(header, value))
        for header, value in headers
        if value is not None and header_rules.violation(header.name, _serialized(header, value)) is None
    ]


def missing_headers(operation: Operation, answer: Answer) -> list[tuple[str, str]]:
    """The documented headers that an answer does not have yet, by their examples, else generated.

    Headers that only the server sets are left out, and so are values that are not valid in HTTP.
    """
    response = operation.response(answer.status)
    if response is None or not response.headers:
        return []
    present = {name.lower() for name, _ in answer.headers} | {"content-type", "content-encoding"}
    missing = (header for header in response.headers if header.name.lower() not in present)
    made = ((header.name, _header_value(operation, header)) for header in missing)
    return [
        (name.lower(), value)
        for name, value in made
        if value is not None and header_rules.violation(name, value) is None
    ]


def invalid_headers(operation: Operation, answer: Answer, names: Collection[str]) -> list[Violation]:
    """The violations of the generated headers among these, for which no valid value was found."""
    response = operation.response(answer.status)
    generated = [
        header
        for header in (response.headers if response is not None else ())
        if header.schema is not None and not header.examples and header.name.lower() in names
    ]
    return [
        Violation("header", f"/{header.name}", "schema", failure.reason, header.name, rule=header.pointer)
        for header in generated
        if (failure := operation.answers.generate(header.schema or "").failure) is not None
    ]


def _header_value(operation: Operation, header: Header) -> str | None:
    """The value of a documented header, None where it has neither an example nor a schema."""
    value = next(iter(header.examples.values()), None)
    if value is None and header.schema is not None:
        value = operation.answers.generate(header.schema).value
    return None if value is None else _serialized(header, value)


def _serialized(header: Header, value: Json) -> str:
    as_json = header.content is not None and is_json(header.content)
    if as_json:
        return json.dumps(value, separators=(",", ":"))
    return _in_simple_style(value, explode=header.explode)


def _in_simple_style(value: Json, *, explode: bool) -> str:
    """A header's value in the style `simple` (OpenAPI 3.1, section 4.8.12.3)."""
    match value:
        case dict():
            pairs = ((name, _in_simple_style(member, explode=False)) for name, member in value.items())
            return ",".join(f"{name}={text}" if explode else f"{name},{text}" for name, text in pairs)
        case list():
            return ",".join(_in_simple_style(item, explode=False) for item in value)
        case bool():
            return "true" if value else "false"
    return "" if value is None else str(value)
