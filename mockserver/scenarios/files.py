"""Scenario files: one YAML file for each scenario; errors name the line and the valid names."""

import mimetypes
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mockserver.contract.operation import Contract, Operation
from mockserver.contract.operation_names import OperationNameError
from mockserver.contract.validation import check_answer
from mockserver.data.quoting import quoted
from mockserver.data.reading import BadData, Cursor
from mockserver.data.source import CannotRead, Document, Finding, InvalidFiles, read, read_bytes
from mockserver.data.suggest import did_you_mean
from mockserver.http import header_rules
from mockserver.http.message import Answer, json_answer
from mockserver.model import AnyModel
from mockserver.scenarios.fault_fields import read_fault_plan
from mockserver.scenarios.given import read_given
from mockserver.scenarios.samples import Sample, read_sample
from mockserver.scenarios.scenario import Expectation, Given, Respond, Scenario, Step, Story

_NAME = re.compile(r"[a-z0-9-]+")
ACTIONS = ("respond", "given", "steps")
RESPOND_KEYS = ("error", "status", "body", "headers", "offContract", "delay", "fault", "probability")
KEYS = ("summary", "operation", "validate", "respond", "given", "steps", "expect", "request")


class Context(Struct, frozen=True):
    """What scenario files refer to: the contract, its models by operation, and the folder of fixtures."""

    contract: Contract
    models: Mapping[str, AnyModel]
    fixtures: Path
    lenient: bool = False  # leave out scenarios that do not fit the contract, or for which there is no model


def load_scenarios(folder: Path, context: Context, findings: list[Finding]) -> dict[str, Scenario]:
    """Every scenario of a folder, by name; errors are added to the findings. Raises CannotRead."""
    scenarios: dict[str, Scenario] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".yaml", ".yml"):
            continue
        document = read(path)
        try:
            scenario = read_scenario(document, context)
        except InvalidFiles as invalid:
            if context.lenient:  # the operation of that name belongs to another API
                continue
            findings.extend(invalid.findings)
            continue
        if scenario is None:
            continue
        first = scenarios.setdefault(scenario.name, scenario)
        if first is not scenario:
            message = f"the scenario {scenario.name!r} is already defined in {first.document.path}"
            findings.append(document.finding("", message))
    return scenarios


def read_scenario(document: Document, context: Context) -> Scenario | None:
    """The scenario of a file, None where a lenient context leaves it out; raises InvalidFiles."""
    cursor = Cursor(document.data)
    scenario = _ScenarioReader(cursor, context, document).scenario()
    try:
        cursor.finish()
    except BadData as bad:
        raise document.invalid(bad) from None
    return scenario


class _ScenarioReader:
    """Reads one scenario file; errors go to the cursor."""

    def __init__(self, cursor: Cursor, context: Context, document: Document) -> None:
        self._cursor = cursor
        self._context = context
        self._document = document

    def scenario(self) -> Scenario | None:
        """The scenario, None where it cannot be read or is left out."""
        name = self._document.path.stem
        if not _NAME.fullmatch(name):
            self._cursor.error(
                f"the file's name is the scenario's name: expected only a-z, 0-9 and -, found {name!r}"
            )
        self._cursor.keys(KEYS, required=("summary", "operation"))
        operation, key = self._operation(self._cursor / "operation"), self._action_key()
        if operation is None or key is None or self._is_left_out(operation, key):
            return None
        sample = self._cursor / "request"
        return Scenario(
            name=name,
            summary=(self._cursor / "summary").string(),
            operation=operation,
            validate=self._validate(self._cursor / "validate", key),
            action=self._action(key, operation),
            expect=self._expectation(self._cursor / "expect", operation),
            sample=self._sample(sample, operation) if sample.present else None,
            document=self._document,
        )

    def _operation(self, cursor: Cursor) -> Operation | None:
        if not cursor.present:
            return None
        contract, name = self._context.contract, cursor.string()
        if self._context.lenient and len(contract.names.candidates(name)) != 1:
            return None  # the file is left out
        try:
            return contract.operation(name)
        except OperationNameError as error:
            cursor.error(str(error))
            return None

    def _action_key(self) -> str | None:
        """Which of the keys of ACTIONS the file has; None where it has none or several."""
        keys = [key for key in ACTIONS if (self._cursor / key).present]
        if len(keys) == 1:
            return keys[0]
        found = " and ".join(keys) or "none of them"
        self._cursor.error(f"a scenario has one of 'respond', 'given' and 'steps'; found {found}")
        return None

    def _is_left_out(self, operation: Operation, key: str) -> bool:
        """Whether the context is lenient, and the scenario needs a model that the operation does not have."""
        return self._context.lenient and key != "respond" and operation.id not in self._context.models

    def _validate(self, cursor: Cursor, key: str) -> bool:
        if cursor.value is False and key != "respond":
            cursor.error("'validate: false' requires 'respond', because a model takes only valid requests")
        return cursor.boolean() if cursor.present else True

    def _sample(self, cursor: Cursor, operation: Operation) -> Sample:
        path = cursor / "path"
        if path.present:
            path.keys(each.name for each in operation.parameters if each.location == "path")
        return read_sample(cursor)

    def _action(self, key: str, operation: Operation) -> Respond | Given | Story:
        cursor = self._cursor / key
        if key == "respond":
            return self._respond(cursor, operation)
        model = self._context.models.get(operation.id)
        if model is None:
            cursor.error(f"{operation.id} has no model; only 'respond' is possible")
        if key == "given":
            models = {each.name: each for each in self._context.models.values()}
            return Given(read_given(cursor, model, models) if model is not None else {})
        return Story(tuple(self._step(item, operation, model) for item in self._step_items(cursor)))

    def _step_items(self, cursor: Cursor) -> Iterator[Cursor]:
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
        cursor.keys(RESPOND_KEYS)
        error, status = cursor / "error", cursor / "status"
        code = self._code(error, operation) if error.present else None
        if code is not None and (cursor / "body").present:
            cursor.error("'error' is itself the body; expected only one of 'error' and 'body'")
        listed = operation.status_of(code) if code is not None else None
        off_contract = cursor / "offContract"
        is_off_contract = off_contract.boolean() if off_contract.present else False
        number = self._status(status, operation, is_off_contract) if status.present else listed
        if number is None:
            cursor.error("a fixed answer requires an 'error' or a 'status'")
            number = operation.success
        if listed is not None and listed != number:
            status.error(f"the contract lists {code} under {listed}, not {number}")
        headers = [self._header(name, value) for name, value in (cursor / "headers").entries()]
        body = cursor / "body"
        answer = json_answer(number, {"error": code}, headers) if code else Answer(number, headers)
        if body.present:
            answer = self._with_body(body, answer)
        if not is_off_contract:
            self._check(cursor, operation, answer)
        return Respond(answer, code, is_off_contract, read_fault_plan(cursor))

    def _header(self, name: str, cursor: Cursor) -> tuple[str, str]:
        value = cursor.string()
        violation = header_rules.violation(name, value)
        if violation is not None:
            cursor.error(violation)
        return name.lower(), value

    def _status(self, cursor: Cursor, operation: Operation, is_off_contract: bool) -> int:
        status = cursor.integer(
            minimum=200, maximum=599
        )  # an answer of 1xx is not final (RFC 9110, section 15.2)
        if operation.response(status) is None and status and not is_off_contract:
            documented = ", ".join(operation.responses)
            cursor.error(
                f"the contract documents no {status} for {operation.id}, only {documented}; an answer that is"
                " meant to break the contract says 'offContract: true'"
            )
        return status

    def _with_body(self, cursor: Cursor, answer: Answer) -> Answer:
        """The answer with the body: the content of a fixture where it is a string, else the JSON itself."""
        if not isinstance(cursor.value, str):
            return json_answer(answer.status, cursor.json, answer.headers)
        path = self._fixture(cursor.value)
        if path is None:
            names = [str(each.relative_to(self._context.fixtures)) for each in self._body_files()]
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
        media_type = _media_type(path)
        typed = answer.content_type is not None
        headers = answer.headers if typed else [("content-type", media_type), *answer.headers]
        return replace(answer, headers=headers, body=content)

    def _fixture(self, name: str) -> Path | None:
        """The file of a fixture; None if there is none of this name in the folder of fixtures."""
        with suppress(OSError, ValueError):  # a name that is too long, or has a null character
            path = (self._context.fixtures / name).resolve()
            if path.exists() and not path.is_dir() and path.is_relative_to(self._context.fixtures.resolve()):
                return path
        return None

    def _body_files(self) -> Iterator[Path]:
        return (path for path in self._context.fixtures.glob("responses/**/*") if path.is_file())

    def _check(self, cursor: Cursor, operation: Operation, answer: Answer) -> None:
        """Check the fixed answer against the contract."""
        if operation.response(answer.status) is None:
            return  # `_status` has added the error
        for violation in check_answer(operation, answer.status, answer.content_type, answer.body):
            where = f" at {violation.pointer}" if violation.pointer else ""
            cursor.error(
                f"the answer breaks the contract ({violation.rule}): its body{where}: {violation.message}"
            )


def _media_type(path: Path) -> str:
    """The media type of a body file, by its suffix."""
    if path.suffix == ".json":  # saves `mimetypes` from reading the system's tables
        return "application/json"
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"
