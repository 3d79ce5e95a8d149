"""`mockserver scenarios`: lists the scenarios, each with a curl command."""

from typing import TYPE_CHECKING

import click

from mockserver.cli.failing import fail_if_unreadable
from mockserver.cli.options import settings_command
from mockserver.cli.printing import print_text

if TYPE_CHECKING:
    from mockserver.engine.backend import Backend
    from mockserver.scenarios.scenario import Scenario
    from mockserver.settings import Settings


@settings_command("scenarios")
def command(settings: "Settings", port: int, schema: bool) -> None:
    """List the scenarios, each with a curl command.

    Each entry says what the scenario is about and what it answers.
    """
    if schema:
        click.echo(_json_schema(), nl=False)
        return

    from mockserver.loading import load_backend

    with fail_if_unreadable():
        backend = load_backend(settings)
    host = settings.host
    base_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    for scenario in backend.scenarios.values():
        print_text(_entry(backend, scenario, base_url))


def _json_schema() -> str:
    """The text of the JSON Schema (2020-12) of scenario files."""
    from importlib.resources import files

    return files("mockserver.scenarios").joinpath("scenario.schema.json").read_text(encoding="utf-8")


def _entry(backend: "Backend", scenario: "Scenario", base_url: str) -> str:
    """Name and summary, answers and curl command on a line each, then an empty line."""
    from mockserver.check import outcomes, sample_of
    from mockserver.data.quoting import printable

    answers = ", then ".join(map(str, outcomes(backend, scenario)))
    curl = sample_of(backend, scenario).curl(scenario.operation, base_url, {"X-Mock-Scenario": scenario.name})
    lines = (
        f"{scenario.name}: {' '.join(scenario.summary.split())}",
        f"  answers {answers}",
        f"  {curl}",
        "",
    )
    return "\n".join(map(printable, lines))
