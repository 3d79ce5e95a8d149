"""`python -m tests.fuzz [TARGET…] --seconds N` fuzzes the named targets, or all, each for as long."""

import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import click

HERE = Path(__file__).parent
TARGETS = ("decoder", "document", "markdown", "masking", "parameters", "readings", "scenario")
LIMITS = {  # of one input
    "max_len": 8192,  # bytes
    "timeout": 10,  # seconds: more is a hang
    "rss_limit_mb": 1024,
}
LONGEST = 24 * 3600  # seconds


@click.command()
@click.argument("targets", nargs=-1, type=click.Choice(TARGETS))
@click.option("--seconds", type=click.IntRange(1, LONGEST), default=15, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, help="0: another one each time.")
def main(targets: tuple[str, ...], seconds: int, seed: int) -> None:
    """Fuzz the named targets, or all; an input that shows a fault is printed, and ends with status 1."""
    if find_spec("atheris") is None:
        raise click.ClickException("atheris is not installed: pip install '.[fuzz]'")
    found = [name for name in targets or TARGETS if not holds(name, seconds, seed)]
    if found:
        raise click.ClickException(f"faults in {', '.join(found)}")


def holds(name: str, seconds: int, seed: int) -> bool:
    """Whether the target took every input, in a process of its own; what it printed is passed on."""
    with tempfile.TemporaryDirectory() as folder:
        grown, faults = Path(folder, "corpus"), Path(folder, "faults")
        grown.mkdir()
        faults.mkdir()
        flags = [f"-{flag}={limit}" for flag, limit in LIMITS.items()]
        flags += [f"-max_total_time={seconds}", f"-seed={seed}", f"-artifact_prefix={faults}/"]
        flags += ["-print_final_stats=1", f"-dict={HERE / 'words.dict'}"]
        corpora = [str(grown), str(HERE / "corpus" / name)]  # what is new goes to the first
        command = [sys.executable, "-m", "tests.fuzz.instrumented", name, *flags, *corpora]
        done = subprocess.run(
            command, cwd=HERE.parents[1], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        told = done.stdout.decode("utf-8", "replace").splitlines()
        runs = next((line for line in told if line.startswith("Done ")), "stopped before its time")
        slowest = next((line.split()[-1] for line in told if line.startswith("stat::slowest_unit")), "?")
        click.echo(f"{name}: {runs}; the slowest took {slowest} s")
        if done.returncode == 0:
            return True
        click.echo("\n".join(line for line in told if not line.startswith(("#", "INFO:"))))
        for fault in sorted(faults.iterdir()):
            click.echo(f"{name}: the input of {fault.name}:\n{fault.read_bytes()!r}")
        return False


if __name__ == "__main__":
    main(prog_name="python -m tests.fuzz")
