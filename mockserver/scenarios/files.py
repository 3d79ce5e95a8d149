"""Scenario files: one YAML file for each scenario; errors name the line and the valid names."""

import re
from pathlib import Path

from mockserver.contract.operation import Operation
from mockserver.data.reading import BadData, Cursor
from mockserver.data.source import Document, Finding, InvalidFiles, read
from mockserver.scenarios.context import Context
from mockserver.scenarios.scenario import Scenario
from mockserver.scenarios.stub_fields import (
    ACTIONS,
    ANSWERING_KEYS,
    read_actions,
    read_expectation,
    read_operation,
    read_request,
)

_NAME = re.compile(r"[a-z0-9-]+")
KEYS = ("summary", *ANSWERING_KEYS, "expect", "request")


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
    scenario = _scenario(cursor, context, document)
    try:
        cursor.finish()
    except BadData as bad:
        raise document.invalid(bad) from None
    return scenario


def _scenario(cursor: Cursor, context: Context, document: Document) -> Scenario | None:
    """The scenario, None where it cannot be read or is left out; errors go to the cursor."""
    name = document.path.stem
    if not _NAME.fullmatch(name):
        cursor.error(f"the file's name is the scenario's name: expected only a-z, 0-9 and -, found {name!r}")
    cursor.keys(KEYS, required=("summary", "operation"))
    operation = _operation(cursor / "operation", context)
    if operation is None or _is_left_out(cursor, context, operation):
        return None
    return Scenario(
        name=name,
        summary=(cursor / "summary").string(),
        operation=operation,
        stub=read_actions(cursor, context, operation, document),
        expect=read_expectation(cursor / "expect", operation),
        sample=read_request(cursor / "request", operation),
        document=document,
    )


def _operation(cursor: Cursor, context: Context) -> Operation | None:
    """The scenario's operation; None if it cannot be found, or the file is left out."""
    if context.lenient and len(context.contract.names.candidates(str(cursor.value))) != 1:
        return None
    return read_operation(cursor, context)


def _is_left_out(cursor: Cursor, context: Context, operation: Operation) -> bool:
    """Whether the context is lenient, and the scenario needs a model that the operation does not have."""
    needs_model = any((cursor / key).present for key in ACTIONS if key != "respond")
    return context.lenient and needs_model and operation.id not in context.models
