"""The members of `respond`: a fixed answer, checked against the contract."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from mockserver.contract.description import BODILESS
from mockserver.contract.operation import Operation
from mockserver.data.quoting import quoted
from mockserver.data.reading import Cursor
from mockserver.data.source import CannotRead, read_bytes
from mockserver.data.suggest import did_you_mean
from mockserver.http import header_rules
from mockserver.http.message import Answer, json_answer
from mockserver.scenarios.answer_headers import header_violations, media_type_violation
from mockserver.scenarios.answer_template import AnswerTemplate, answer_violations, read_template
from mockserver.scenarios.context import Context
from mockserver.scenarios.expressions import literal_text, parse
from mockserver.scenarios.fault_fields import FAULT_PLAN_KEYS
from mockserver.scenarios.stub import Respond

ANSWER_KEYS = ("error", "status", "body", "text", "headers", "offContract")
RESPOND_KEYS = (*ANSWER_KEYS, *FAULT_PLAN_KEYS)


def read_respond(cursor: Cursor, context: Context, operation: Operation | None) -> Respond | None:
    """The fixed answer of a `respond`; None if it only disturbs the answer. Errors go to the cursor.

    Without an operation, only a code is checked against the contract, and the answer when it is sent.
    """
    if not cursor.keys(RESPOND_KEYS):
        return None
    has_answer = any((cursor / key).present for key in ANSWER_KEYS)
    if not has_answer and any((cursor / key).present for key in FAULT_PLAN_KEYS):
        return None
    return _RespondReader(cursor, context, operation).respond()


class _RespondReader:
    """Reads one fixed answer."""

    def __init__(self, cursor: Cursor, context: Context, operation: Operation | None) -> None:
        self._cursor = cursor
        self._context = context
        self._operation = operation
        off_contract = cursor / "offContract"
        self._is_off_contract = off_contract.boolean() if off_contract.present else False

    def respond(self) -> Respond:
        cursor, code = self._cursor, self._code()
        bodies = [key for key in ("error", "body", "text") if (cursor / key).present]
        if code is not None and "body" in bodies:
            cursor.error("'error' is itself the body; expected only one of 'error' and 'body'")
        elif len(bodies) > 1:
            cursor.error(f"expected only one of 'error', 'body' and 'text'; found {' and '.join(bodies)}")
        status = self._final_status(code)
        if bodies and status in BODILESS:
            (cursor / bodies[0]).error(f"an answer with the status {status} has no body")
        headers = [_header(name, value) for name, value in (cursor / "headers").entries()]
        body, text = cursor / "body", cursor / "text"
        answer = json_answer(status, {"error": code}, headers) if code else Answer(status, headers)
        if body.present:
            answer = self._with_body(body, answer)
        elif text.present:
            answer = _typed(replace(answer, body=text.string().encode()), "text/plain; charset=utf-8")
        unfilled = answer
        answer, template = read_template(answer, cursor.pointer)
        if not self._is_off_contract and bodies and (code or "error" not in bodies):
            self._check(
                body if body.present else cursor, unfilled if template is not None else answer, template
            )
        documented = not bodies and status not in BODILESS
        if not self._is_off_contract and self._operation is not None and headers:
            self._check_headers(self._operation, unfilled, documented=documented)
        return Respond(answer, code, self._is_off_contract, documented, template)

    def _code(self) -> str | None:
        """The error code, if there is one; one that is not listed breaks the contract, and has a status."""
        error = self._cursor / "error"
        if not error.present:
            return None
        if self._is_off_contract and (self._cursor / "status").present:
            return error.string() or None
        return error.choice(dict.fromkeys(code for code, _ in self._listed()), "error code")

    def _listed(self) -> Iterator[tuple[str, int]]:
        """The error codes that the contract lists for the operation, or for any, with their statuses."""
        operations = self._context.contract.operations if self._operation is None else (self._operation,)
        for operation in operations:
            yield from operation.codes()

    def _final_status(self, code: str | None) -> int:
        """The status, by itself or by the error code."""
        cursor, status = self._cursor, self._cursor / "status"
        listed = {number for name, number in self._listed() if name == code}
        if status.present:
            number = self._status(status)
            if listed and number not in listed and not self._is_off_contract:
                statuses = " and ".join(map(str, sorted(listed)))
                status.error(f"the contract lists {code} under {statuses}, not {number}")
            return number
        if len(listed) > 1:
            statuses = " and ".join(map(str, sorted(listed)))
            (cursor / "error").error(f"the contract lists {code} under {statuses}; expected a 'status', too")
        elif code is None:
            cursor.error("a fixed answer requires an 'error' or a 'status'")
        success = self._operation.success if self._operation is not None else 200
        return min(listed, default=success)

    def _status(self, cursor: Cursor) -> int:
        # an answer of 1xx is not final (RFC 9110, section 15.2)
        status, operation = cursor.integer(minimum=200, maximum=599), self._operation
        if operation is None or not status or self._is_off_contract:
            return status
        if operation.response(status) is None:
            documented = ", ".join(operation.responses)
            cursor.error(
                f"the contract documents no {status} for {operation.id}, only {documented}; an answer that is"
                " meant to break the contract says 'offContract: true'"
            )
        return status

    def _with_body(self, cursor: Cursor, answer: Answer) -> Answer:
        """The answer with the body: the content of a file where it is a string, else the JSON itself."""
        if not isinstance(cursor.value, str):
            return json_answer(answer.status, cursor.json, answer.headers)
        path = self._context.body_file(cursor.value)
        if path is None:
            names = self._body_names()
            if cursor.value in names:
                cursor.error(f"the fixture {quoted(cursor.value)} is a link out of the folder of fixtures")
            else:
                cursor.error(f"there is no fixture {quoted(cursor.value)}{did_you_mean(cursor.value, names)}")
            return answer
        try:
            content = read_bytes(path)
        except CannotRead as error:
            cursor.error(f"the fixture {quoted(cursor.value)} cannot be read: {error.findings[0].message}")
            return answer
        return _typed(replace(answer, body=content), _media_type(path))

    def _body_names(self) -> list[str]:
        return [
            str(path.relative_to(folder))
            for folder in self._context.folders
            for path in folder.glob("responses/**/*")
            if path.is_file()
        ]

    def _check(self, cursor: Cursor, answer: Answer, template: AnswerTemplate | None) -> None:
        """Check the fixed answer against the contract; `cursor` is that of its body."""
        operation = self._operation
        if operation is None or operation.response(answer.status) is None:
            return  # `_status` has added the error
        is_inline = cursor is not self._cursor and not isinstance(cursor.value, str)
        for violation in answer_violations(operation, answer, template):
            where = f" at {violation.pointer}" if violation.pointer else ""
            sentence = (
                f"the answer breaks the contract ({violation.rule}): its body{where}: {violation.message}"
            )
            located = (
                replace(cursor, pointer=cursor.pointer + violation.pointer) if is_inline else self._cursor
            )
            located.error(sentence)

    def _check_headers(self, operation: Operation, answer: Answer, *, documented: bool) -> None:
        """Check the headers that the contract documents; `documented`: the body is the contract's own."""
        cursors = {name.lower(): cursor for name, cursor in (self._cursor / "headers").entries()}
        for name, message, rule in header_violations(operation, answer):
            cursors[name.lower()].error(f"the answer breaks the contract ({rule}): {message}")
        violation = media_type_violation(operation, answer) if documented else None
        if violation is not None:
            message, rule = violation
            cursors["content-type"].error(f"the answer breaks the contract ({rule}): {message}")


def _header(name: str, cursor: Cursor) -> tuple[str, str]:
    value = cursor.string()
    violation = header_rules.violation(name, literal_text(parse(value)))
    if violation is not None:
        cursor.error(violation)
    return name.lower(), value


def _typed(answer: Answer, media_type: str) -> Answer:
    """The answer with a media type, unless its headers say one."""
    if answer.content_type is not None:
        return answer
    return replace(answer, headers=[("content-type", media_type), *answer.headers])


def _media_type(path: Path) -> str:
    """The media type of a body file, by its suffix."""
    if path.suffix == ".json":  # saves `mimetypes` from reading the system's tables
        return "application/json"
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"
