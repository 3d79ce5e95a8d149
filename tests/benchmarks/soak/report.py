"""What a run says in the end: a table of figures, and the requests that broke an invariant."""

from itertools import chain

from tests.benchmarks.soak.probe import Wait
from tests.benchmarks.soak.run import ALLOWED, LONGEST_PAUSE, SHORTEST, Breach, Run
from tests.benchmarks.table import Table

SHOWN = 600  # bytes of a request or an answer
SHOWN_WAITS = 5


def figures(run: Run) -> Table:
    """Requests by kind, with their answers and times."""
    rows = [
        (kind, f"{len(took):,}", _milliseconds(took, 50), _milliseconds(took, 99), _ends(run, kind))
        for kind, took in sorted(run.took.items())
    ]
    every = [*chain.from_iterable(run.took.values())]
    rows.append(("all", f"{len(every):,}", _milliseconds(every, 50), _milliseconds(every, 99), ""))
    return Table(("kind", "requests", "p50 ms", "p99 ms", "ends"), rows, _verdict(run, len(every)))


def _verdict(run: Run, count: int) -> str:
    first, last = run.memory[0][1], run.memory[-1][1]
    text = (
        f"{count:,} requests in {run.seconds:.0f} s, {count / run.seconds:.0f} a second; "
        f"resident memory {first:.1f} MiB at the start, {last:.1f} MiB at the end"
    )
    grown = run.growth
    if grown is None:
        text += f" (too short to be judged: that takes {SHORTEST:g} s)."
    else:
        text += f", {grown:+.1f} % from the second minute to the last (allowed: {ALLOWED:g} %)."
    probed = run.probed
    text += f"\nThe longest of {probed.requests:,} waits of another client, in milliseconds:"
    text += "".join(map(_wait, probed.longest[:SHOWN_WAITS]))
    text += f"\nThe longest without run delays (allowed: {LONGEST_PAUSE:g}):"
    text += "".join(map(_wait, probed.longest_without_delay[:SHOWN_WAITS]))
    return f"{text}\nBroken invariants: {len(run.breaches) or 'none'}."


def _wait(wait: Wait) -> str:
    return (
        f"\n  {wait.total:.1f}, without run delays {wait.without_delay:.1f}: the server ran"
        f" {wait.server_ran:.1f} and waited to run {wait.server_delayed:.1f},"
        f" the probe waited to run {wait.probe_delayed:.1f}"
    )


def breaches(run: Run) -> str:
    return "\n\n".join(map(_told, run.breaches))


def _told(breach: Breach) -> str:
    lines = [f"broken: {breach.wrong}"]
    if breach.step is not None:
        lines.append(f"  {breach.step.kind}: {_cut(breach.step.sent)}")
    if breach.reply is not None:
        lines.append(
            f"  answer: {breach.reply.status} {dict(breach.reply.headers)} {_cut(breach.reply.body)}"
        )
    return "\n".join(lines)


def _cut(data: bytes) -> str:
    more = f" and {len(data) - SHOWN:,} bytes more" if len(data) > SHOWN else ""
    return f"{data[:SHOWN]!r}{more}"


def _milliseconds(took: list[float], percent: int) -> str:
    ordered = sorted(took)
    return f"{1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]:.1f}"


def _ends(run: Run, kind: str) -> str:
    return ", ".join(f"{end}: {count:,}" for end, count in sorted(run.ends[kind].items()))
