"""`mockserver import traffic.har`: recorded traffic of browsers becomes stubs."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.cli.failing import fail, fail_if_unreadable
from mockserver.cli.printing import print_text
from mockserver.data.quoting import printable

if TYPE_CHECKING:
    from mockserver.engine.exchange import Exchange
    from mockserver.runtime import Runtime
    from mockserver.upstream.har import HarExchange
    from mockserver.upstream.recording import Recording

SUFFIX = ".har"


def import_har(files: Sequence[Path], specs: Sequence[Path], origin: str, folder: Path | None) -> None:
    """Write the exchanges of HAR files with one origin as stubs, and print how many, on stderr.

    `specs` describe the API (none: the bundled carts); `origin` is empty for that of the API.
    """
    from mockserver.loading import load_backend
    from mockserver.runtime import wire
    from mockserver.settings import Settings
    from mockserver.upstream.har import read_har
    from mockserver.upstream.recording import FILE, Recording

    if folder is None:
        fail("a HAR file requires --output DIR, the folder for its stubs")
    settings = Settings(specs=tuple(specs))
    with fail_if_unreadable():
        hars = [read_har(file) for file in files]
        runtime = wire(load_backend(settings), settings)
        try:
            recording = Recording(folder)
        except OSError as error:
            fail(f"{folder}: cannot be written: {error.strerror or error}")
    exchanges = [exchange for har in hars for exchange in har.exchanges]
    left_out = sum((har.left_out for har in hars), Counter[str]())
    chosen = origin.rstrip("/") or _api_origin(exchanges, runtime)
    try:
        count = _add(exchanges, chosen, runtime, recording, left_out)
        recording.write()
    except OSError as error:
        fail(f"{folder}: cannot be written: {error.strerror or error}")
    source = f" with {chosen}" if chosen else ""
    line = f"{folder / FILE}: {_counted(recording.count, 'stub')}, from {_counted(count, 'exchange')}{source}"
    parts = [f"{number:,} {reason}" for reason, number in left_out.items()]
    print_text(printable(f"{line}; left out: {', '.join(parts)}" if parts else line), err=True)


def _add(
    exchanges: "Sequence[HarExchange]",
    origin: str,
    runtime: "Runtime",
    recording: "Recording",
    left_out: Counter[str],
) -> int:
    """Add the exchanges with an origin to a recording, count the others, and return how many were added."""
    hosts: Counter[str] = Counter()
    added = 0
    for each in exchanges:
        if each.origin != origin:
            hosts[each.origin] += 1
            continue
        exchange = _passed(each, runtime)
        if exchange is None:
            left_out["that the mock server answers itself, such as preflights"] += 1
        elif recording.add(exchange, each.answer):
            added += 1
        else:
            left_out["because the recording is full"] += 1
    if hosts:
        names = ", ".join(name for name, _ in hosts.most_common(3)) + (", ..." if len(hosts) > 3 else "")
        left_out[f"for other hosts ({names})"] = hosts.total()
    return added


def _passed(each: "HarExchange", runtime: "Runtime") -> "Exchange | None":
    """The exchange as if it had passed to the real backend; None if it is not one that passes."""
    prefix = runtime.settings.control_prefix
    if f"{each.request.head.path}/".startswith(f"{prefix}/"):
        return None
    begun = runtime.begin_passed(each.request)
    if begun is None:
        return None
    if each.answer.status != 401:  # browsers leave credentials out of HAR files
        begun.violations = [found for found in begun.violations if found.keyword != "security"]
    return runtime.end_passed(begun, each.answer, 0.0)


def _api_origin(exchanges: "Sequence[HarExchange]", runtime: "Runtime") -> str:
    """The origin with the most operations of the contract, else with the most JSON; empty without any."""
    from mockserver.http.media_types import parse_content_type
    from mockserver.http.problem import ProblemError

    scores: dict[str, list[int]] = {}
    for each in exchanges:
        score = scores.setdefault(each.origin, [0, 0, 0])
        try:
            _ = runtime.pipeline.facts(each.request.head).match
            score[0] += 1
        except ProblemError:
            pass
        media_type = parse_content_type(each.answer.content_type or "")
        score[1] += media_type is not None and media_type.is_json
        score[2] += 1
    return max(scores, key=lambda name: scores[name], default="")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
