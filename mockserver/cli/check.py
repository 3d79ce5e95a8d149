"""`mockserver check`: checks the contract, fixtures and scenarios without starting a server."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from mockserver.cli.failing import FINDINGS, fail_if_unreadable
from mockserver.cli.options import settings_command
from mockserver.cli.printing import print_text

if TYPE_CHECKING:
    from mockserver.data.source import Finding
    from mockserver.engine.backend import Backend
    from mockserver.settings import Settings


@settings_command("check")
def command(settings: "Settings", verbose: bool, schema: bool) -> None:
    """Check contract, fixtures, scenarios and stubs against each other.

    With --stateful, each collection of resources is a line: what was read of it, and what was not.
    What a stub with offContract breaks is a line, too, but not a finding.
    Equal findings are one line, with their number and the first places; --verbose prints each of them.

    The exit status is 0 if there are no findings, 1 if there are any, and 2 if a file cannot be read.
    """
    if schema:
        print_text(_json_schema())
        return

    from mockserver.check import check, expression_notices, off_contract_notices
    from mockserver.data.quoting import printable
    from mockserver.data.source import InvalidFiles
    from mockserver.loading import ModelMismatch, load_backend

    with fail_if_unreadable():
        try:
            backend = load_backend(settings)
        except ModelMismatch:  # models are not what is checked
            raise
        except InvalidFiles as invalid:
            _report(invalid.findings, verbose=verbose)
    for notice in (*backend.contract.notices, *expression_notices(backend)):
        print_text(printable(f"note: {notice}"), err=True)
    _print_resources(backend)
    for line in off_contract_notices(backend):
        print_text(printable(str(line)))
    findings = tuple(check(backend))
    if findings:
        _report(findings, verbose=verbose)
    print_text(f"{_checked(backend)}: no findings")


def _json_schema() -> str:
    """The text of the JSON Schema (2020-12) of files of stubs, with what it shares with scenario files."""
    import json
    from importlib.resources import files

    folder = files("mockserver.scenarios")
    stubs, shared = (
        json.loads(folder.joinpath(f"{name}.schema.json").read_text(encoding="utf-8"))
        for name in ("stubs", "scenario")
    )
    return json.dumps({**stubs, "$defs": {**stubs["$defs"], **shared["$defs"]}}, indent=2)


def _print_resources(backend: "Backend") -> None:
    """Print what was read of each collection of resources, with --stateful."""
    from mockserver.data.quoting import printable
    from mockserver.models.resources.model import ResourceModel
    from mockserver.models.resources.report import report

    for model in backend.distinct_models.values():
        if isinstance(model, ResourceModel):
            for line in report(model):
                print_text(printable(line))


def _report(findings: "Sequence[Finding]", *, verbose: bool) -> NoReturn:
    """Print the findings on stdout and their number on stderr, and exit with status 1."""
    from mockserver.check.grouping import grouped_lines
    from mockserver.data.quoting import printable

    for line in map(str, findings) if verbose else grouped_lines(findings):
        print_text(printable(line))
    print_text(f"{len(findings)} finding{'s' if len(findings) > 1 else ''}", err=True)
    sys.exit(FINDINGS)


def _checked(backend: "Backend") -> str:
    """How many operations, scenarios and sample requests were checked, and stubs if there are any."""
    counts = (
        (len(backend.contract.operations), "operation"),
        (len(backend.scenarios), "scenario"),
        (len(backend.samples), "sample request"),
        *([(len(backend.stubs), "stub")] if backend.stubs else []),
    )
    return ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
