"""`mockserver check`: what is wrong with files, without a server."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from mockserver.cli.failing import FINDINGS, readable
from mockserver.cli.options import files, strict

if TYPE_CHECKING:
    from mockserver.data.source import Finding
    from mockserver.engine.backend import Backend


@click.command("check")
@files
@strict
def command(spec: tuple[Path, ...], fixtures: Path | None, scenarios: Path | None, strict: bool) -> None:
    """Hold contract, fixtures and scenarios against each other. Exit: 0 clean, 1 findings, 2 cannot read."""
    from mockserver.check import check
    from mockserver.data.source import InvalidFiles
    from mockserver.loading import load_backend
    from mockserver.settings import Settings

    settings = Settings(specs=spec, fixtures=fixtures, scenarios=scenarios, strict=strict)
    with readable():
        try:
            backend = load_backend(settings)
        except InvalidFiles as faulty:
            _list(faulty.findings)
    for notice in backend.contract.notices:
        click.echo(f"note: {notice}", err=True)
    findings = tuple(check(backend))
    if findings:
        _list(findings)
    click.echo(f"{_counted(backend)}: no findings")


def _list(findings: "Sequence[Finding]") -> NoReturn:
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{len(findings)} finding{'s' if len(findings) > 1 else ''}", err=True)
    sys.exit(FINDINGS)


def _counted(backend: "Backend") -> str:
    """How much was held against each other."""
    counts = (
        (len(backend.contract.operations), "operation"),
        (len(backend.scenarios), "scenario"),
        (len(backend.samples), "sample request"),
    )
    return ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
