"""`python -m tests.corpus` runs the corpus of real documents, and the small cases, against this checkout.

The runners and their data are test data (see `tests.support.paths`). The exit status is 1 if anything fell
short that is not in `tests.corpus.allowances`.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from tests.corpus.allowances import CASES, DOCUMENTS
from tests.corpus.shortfalls import Row, failed_cases, read_rows, shortfalls
from tests.support.paths import TEST_DATA, missing

CORPUS = TEST_DATA / "documents" / "corpus.py"
SMALL_CASES = TEST_DATA / "cases" / "cases.py"
LONGEST = 240  # seconds, for each of the two runs


def run(runner: Path, *options: str) -> str:
    """The output of a runner over its own folder, served by the `mockserver` of this environment."""
    server = Path(sys.executable).with_name("mockserver")
    command = [sys.executable, str(runner), str(runner.parent), "--server", str(server), *options]
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise click.ClickException(f"{runner.name} failed:\n{done.stdout}{done.stderr}")
    summary = done.stdout.rstrip().rpartition("\n")[2]
    click.echo(f"{runner.name}, {time.monotonic() - began:.0f} s: {summary}")
    return done.stdout


def measure() -> list[Row]:
    """The corpus runner's row for each document."""
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder, "rows.json")
        run(CORPUS, "--json", str(rows))
        return read_rows(json.loads(rows.read_text(encoding="utf-8")))


def corpus() -> list[str]:
    """What fell short in the corpus; slow answers are only told, because the machine may be busy."""
    rows = measure()
    for row in rows:
        if row.slow:
            click.echo(f"  {row.document}: {row.slow} answers over 250 ms, the slowest {row.slowest:.0f} ms")
    return [line for row in rows for line in shortfalls(row, DOCUMENTS)]


def cases() -> list[str]:
    """What fell short in the small cases; those that fail are run twice, because the machine may be busy."""
    failed = failed_cases(run(SMALL_CASES))
    for name in sorted(set(CASES) - set(failed)):
        click.echo(f"{name} is as expected now: take it off tests/corpus/allowances.py")
    found = []
    for name in failed:
        if name not in CASES:
            found += failed_cases(run(SMALL_CASES, "--only", name)).get(name, [])
    return found


@click.command()
def main() -> None:
    """Run both; print what fell short, and exit with status 1 if anything did."""
    if absent := [path for path in (CORPUS, SMALL_CASES) if not path.exists()]:
        click.echo(f"not run: {missing(absent[0])}")
        return
    found = [*corpus(), *cases()]
    for line in found:
        click.echo(f"  {line}")
    if found:
        raise click.ClickException(f"{len(found)} expectations fell short")


if __name__ == "__main__":
    main()
