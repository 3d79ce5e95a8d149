"""`mockserver scenarios`: what can be had, and how."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.cli.failing import readable
from mockserver.cli.options import PORT, files, option

if TYPE_CHECKING:
    from mockserver.engine.backend import Backend
    from mockserver.scenarios.scenario import Scenario


@click.command("scenarios")
@files
@option("-p", "--port", type=PORT, default=4010, show_default=True)
@option("-h", "--host", default="127.0.0.1", show_default=True)
def command(
    spec: tuple[Path, ...], fixtures: Path | None, scenarios: Path | None, port: int, host: str
) -> None:
    """Every scenario: what it answers, and the curl line that shows it."""
    from mockserver.loading import load_backend
    from mockserver.settings import Settings

    with readable():
        backend = load_backend(Settings(specs=spec, fixtures=fixtures, scenarios=scenarios))
    base_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    for scenario in backend.scenarios.values():
        click.echo(_told(backend, scenario, base_url))


def _told(backend: "Backend", scenario: "Scenario", base_url: str) -> str:
    """A scenario in three lines, and an empty one."""
    from mockserver.check import outcomes, sample_of
    from mockserver.scenarios.scenario import Respond

    answers = ", then ".join(map(str, outcomes(backend, scenario)))
    fault = scenario.act.fault_plan.fault if isinstance(scenario.act, Respond) else None
    curl = sample_of(backend, scenario).curl(scenario.operation, base_url, {"X-Mock-Scenario": scenario.name})
    return (
        f"{scenario.name}: {scenario.summary}\n"
        f"  answers {answers}{f' ({fault})' if fault is not None else ''}\n"
        f"  {curl}\n"
    )
