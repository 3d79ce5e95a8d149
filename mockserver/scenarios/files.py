"""Scenario files into scenarios: one YAML file each, and every fault with its line and the valid names."""

import mimetypes
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.operation import Contract, Operation, UnknownOperation
from mockserver.contract.validation import check_answer
from mockserver.data.reading import BadData, Cursor
from mockserver.data.source import Document, Finding, InvalidFiles, read
from mockserver.data.suggest import did_you_mean
from mockserver.http import header_rules
from mockserver.http.message import Answer, json_answer
from mockserver.model import AnyModel
from mockserver.scenarios.fault_fields import read_fault_plan
from mockserver.scenarios.samples import Sample, read_sample
from mockserver.scenarios.scenario import Expectation, Given, Respond, Scenario, Step, Story

_NAME = re.compile(r"[a-z0-9-]+")
KEYS = ("summary", "operation", "validate", "respond", "given", "steps", "expect", "request")


class Context(Struct, frozen=True):
    """What scenario files speak of: the contract, its models by operationId, and the fixtures' folder."""

    contract: Contract
    models: Mapping[str, AnyModel]
    fixtures: Path
    lenient: bool = False  # leave out scenarios of what the contract or the models lack


def load_scenarios(folder: Path, context: Context, findings: list[Finding]) -> dict[str, Scenario]:
    """Every scenario of a folder, by name; adds what is wrong to the findings. Raises CannotRead."""
    scenarios: dict[str, Scenario] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".yaml", ".yml"):
            continue
        document = read(path)
        try:
            scenario = read_scenario(document, context)
        except InvalidFiles as faulty:
            findings.extend(faulty.findings)
            continue
        if scenario is None:
            continue
        first = scenarios.setdefault(scenario.name, scenario)
        if first is not scenario:
            message = f"the scenario {scenario.name!r} stands already in {first.document.path}"
            findings.append(document.finding("", message))
    return scenarios


def read_scenario(document: Document, context: Context) -> Scenario | None:
    """One file's scenario; None if the context is lenient and lacks the operation. Raises InvalidFiles."""
    cursor = Cursor(document.data)
    reader = _Reader(cursor, context, document)
    scenario = reader.scenario()
    try:
        cursor.finish()
    except BadData as bad:
        raise document.invalid(bad) from None
    return scenario


class _Reader:
    """Reads one scenario file; faults go to the cursor."""

    def __init__(self, cursor: Cursor, context: Context, document: Document) -> None:
        self._cursor = cursor
        self._context = context
        self._document = document

    def scenario(self) -> Scenario | None:
        name = self._document.path.stem
        if not _NAME.fullmatch(name):
            self._cursor.error(f"the file's stem is the scenario's name, of a-z, 0-9 and -; found {name!r}")
        self._cursor.keys(KEYS, required=("summary", "operation"))
        operation = self._operation(self._cursor / "operation")
        acts = [key for key in ("respond", "given", "steps") if (self._cursor / key).present]
        if len(acts) != 1:
            found = " and ".join(acts) or "none of them"
            self._cursor.error(f"a scenario has one of 'respond', 'given' and 'steps'; found {found}")
        if operation is None or len(acts) != 1:
            return None
        if self._context.lenient and acts != ["respond"] and operation.id not in self._context.models:
            return None
        validate, sample = self._cursor / "validate", self._cursor / "request"
        if validate.value is False and acts != ["respond"]:
            validate.error(
                "an unchecked request has no place in the model; 'validate: false' goes with 'respond'"
            )
        return Scenario(
            name=name,
            summary=(self._cursor / "summary").string(),
            operation=operation,
            validate=validate.boolean() if validate.present else True,
            act=self._act(acts[0], operation),
            expect=self._expectation(self._cursor / "expect", operation),
            sample=self._sample(sample, operation) if sample.present else None,
            document=self._document,
        )

    def _operation(self, cursor: Cursor) -> Operation | None:
        if not cursor.present:
            return None
        contract, name = self._context.contract, cursor.string()
        if self._context.lenient and name not in contract.by_name:
            return None  # nobody is told, so no nearest name is looked for
        try:
            return contract.operation(name)
        except UnknownOperation as error:
            cursor.error(str(error))
            return None

    def _sample(self, cursor: Cursor, operation: Operation) -> Sample:
        path = cursor / "path"
        if path.present:
            path.keys(each.name for each in operation.parameters if each.location == "path")
        return read_sample(cursor)

    def _act(self, key: str, operation: Operation) -> Respond | Given | Story:
        cursor = self._cursor / key
        if key == "respond":
            return self._respond(cursor, operation)
        model = self._context.models.get(operation.id)
        if model is None:
            cursor.error(f"no model answers {operation.id}; only 'respond' is possible")
        if key == "given":
            return self._given(cursor, model)
        return Story(tuple(self._step(item, operation, model) for item in self._nonempty(cursor)))

    def _given(self, cursor: Cursor, model: AnyModel | None) -> Given:
        changes = cursor.json
        if model is not None:
            try:
                model.lay(model.initial, changes)
            except BadData as bad:
                cursor.adopt(bad)
        return Given(changes)

    def _nonempty(self, cursor: Cursor) -> Iterator[Cursor]:
        if cursor.value == []:
            cursor.error("a story has at least one step")
        yield from cursor.items()

    def _step(self, cursor: Cursor, operation: Operation, model: AnyModel | None) -> Step:
        cursor.keys(("times", "event", "expect"))
        times, event = cursor / "times", cursor / "event"
        name = event.choice(model.events, "event") if event.present and model is not None else None
        return Step(
            times=times.integer(minimum=1, default=1) if times.present else 1,
            event=name,
            expect=self._expectation(cursor / "expect", operation),
        )

    def _expectation(self, cursor: Cursor, operation: Operation) -> Expectation | None:
        if not cursor.present:
            return None
        cursor.keys(("status", "error"))
        status, error = cursor / "status", cursor / "error"
        return Expectation(
            status=status.integer(minimum=100) if status.present else None,
            error=self._code(error, operation) if error.present else None,
        )

    def _code(self, cursor: Cursor, operation: Operation) -> str:
        return cursor.choice((code for code, _ in operation.codes()), "error code")

    def _respond(self, cursor: Cursor, operation: Operation) -> Respond:
        cursor.keys(("error", "status", "body", "headers", "delay", "fault", "probability"))
        error, status = cursor / "error", cursor / "status"
        code = self._code(error, operation) if error.present else None
        if code is not None and (cursor / "body").present:
            cursor.error("'error' makes the body itself; give one of 'error' and 'body'")
        listed = operation.status_of(code) if code is not None else None
        number = self._status(status, operation) if status.present else listed
        if number is None:
            cursor.error("a fixed answer names an 'error' or a 'status'")
            number = operation.success
        if listed is not None and listed != number:
            status.error(f"the contract lists {code} under {listed}, not {number}")
        headers = [self._header(name, value) for name, value in (cursor / "headers").entries()]
        body = cursor / "body"
        answer = json_answer(number, {"error": code}, headers) if code else Answer(number, headers)
        if body.present:
            answer = self._with_body(body, answer)
        self._check(cursor, operation, answer)
        return Respond(answer, code, read_fault_plan(cursor, operation))

    def _header(self, name: str, cursor: Cursor) -> tuple[str, str]:
        value = cursor.string()
        fault = header_rules.violation(name, value)
        if fault is not None:
            cursor.error(fault)
        return name.lower(), value

    def _status(self, cursor: Cursor, operation: Operation) -> int:
        status = cursor.integer(minimum=200)  # 1xx ends no exchange
        if operation.response(status) is None and status:
            documented = ", ".join(operation.responses)
            cursor.error(f"the contract documents no {status} for {operation.id}, only {documented}")
        return status

    def _with_body(self, cursor: Cursor, answer: Answer) -> Answer:
        """The answer with a body from a file of the fixtures' folder, or written in place."""
        if not isinstance(cursor.value, str):
            return json_answer(answer.status, cursor.json, answer.headers)
        path = (self._context.fixtures / cursor.value).resolve()
        if not (path.is_file() and path.is_relative_to(self._context.fixtures.resolve())):
            there = [str(each.relative_to(self._context.fixtures)) for each in self._bodies()]
            cursor.error(f"there is no fixture {cursor.value!r}{did_you_mean(cursor.value, there)}")
            return answer
        media_type = _media_type(path)
        typed = answer.content_type is not None
        headers = answer.headers if typed else [("content-type", media_type), *answer.headers]
        return replace(answer, headers=headers, body=path.read_bytes())

    def _bodies(self) -> Iterator[Path]:
        return (path for path in self._context.fixtures.glob("responses/**/*") if path.is_file())

    def _check(self, cursor: Cursor, operation: Operation, answer: Answer) -> None:
        """A fixed answer that the contract forbids is found when the file is read."""
        if operation.response(answer.status) is None:
            return  # named already, at the status
        for violation in check_answer(operation, answer.status, answer.content_type, answer.body):
            at = f" at {violation.pointer}" if violation.pointer else ""
            cursor.error(
                f"the answer breaks the contract ({violation.rule}): its body{at}: {violation.message}"
            )


def _media_type(path: Path) -> str:
    if path.suffix == ".json":  # nearly all are; for others the system's files of types are read first
        return "application/json"
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"
