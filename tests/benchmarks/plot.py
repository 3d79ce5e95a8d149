"""The figures as one SVG: a row for each server, and a bar in each of four columns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.benchmarks.contestants import ECHO
from tests.benchmarks.report import Report
from tests.benchmarks.spread import Spread
from tests.benchmarks.throughput import Measured

NAMES, COLUMN, LABEL, GAP = 250, 150, 62, 18  # widths: the names, a column's bars, its figures, its end
ROW, BAR, TOP = 26, 14, 78  # heights: a row, a bar, all above the rows
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .head { font-weight: 600; }
  .small { font-size: 11px; fill: #59636e; }
  .ours { fill: #0969da; } .echo { fill: #6e7781; } .peer { fill: #bf8700; }
  .range { stroke: #1f2328; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .small { fill: #9198a1; } .range { stroke: #e6edf3; }
    .ours { fill: #4493f8; } .echo { fill: #8b949e; } .peer { fill: #d29922; }
  }
"""


@dataclass(frozen=True, slots=True)
class Column:
    """What one column shows of a server, and how its figures read."""

    head: str
    measured: Callable[[Measured], Spread]
    shown: Callable[[float], str]


COLUMNS = (
    Column("requests a second", lambda each: Spread.of([one.rate for one in each.rounds]), "{:,.0f}".format),
    Column("p99 latency, ms", lambda each: Spread.of([one.p99 for one in each.rounds]), "{:.1f}".format),
    Column("first answer, s", lambda each: Spread.of(each.first_answers), "{:.2f}".format),
    Column("memory, MiB", lambda each: Spread.of([each.resident]), "{:.0f}".format),
)


def svg(report: Report) -> str:
    """The picture, as text; bars are medians, the lines on them go from the least to the most."""
    servers = list(report.found.servers.values())
    width = NAMES + len(COLUMNS) * (COLUMN + LABEL + GAP)
    height = TOP + ROW * len(servers) + 34
    title = "16 connections: a valid PATCH of two lines unless a row says otherwise"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        _text(0, 18, title, "title"),
        _text(0, 38, "bars: medians; lines: from the least to the most of all rounds", "small"),
        *(_text(0, _middle(row), server.contestant.label) for row, server in enumerate(servers)),
        *(part for place, column in enumerate(COLUMNS) for part in _column(place, column, servers)),
        _text(0, height - 8, f"{report.machine}; driven by {report.driver}", "small"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _column(place: int, column: Column, servers: Sequence[Measured]) -> Iterator[str]:
    left = NAMES + place * (COLUMN + LABEL + GAP)
    spreads = [column.measured(server) for server in servers]
    scale = COLUMN / max(spread.high for spread in spreads)
    yield _text(left, TOP - 14, column.head, "head")
    for row, (server, spread) in enumerate(zip(servers, spreads, strict=True)):
        middle, end = _middle(row) - 4, left + spread.high * scale
        yield (
            f'<rect class="{_kind(server)}" x="{left}" y="{middle - BAR / 2:.1f}" '
            f'width="{spread.median * scale:.1f}" height="{BAR}" rx="2"/>'
        )
        if spread.low < spread.high:
            yield (
                f'<line class="range" x1="{left + spread.low * scale:.1f}" x2="{end:.1f}" '
                f'y1="{middle}" y2="{middle}"/>'
            )
        yield _text(end + 5, _middle(row), column.shown(spread.median))


def _kind(server: Measured) -> str:
    if server.contestant.name == ECHO:
        return "echo"
    return "ours" if server.contestant.label.startswith("mockserver") else "peer"


def _middle(row: int) -> int:
    """The line that a row's text stands on."""
    return TOP + ROW * row + 12


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y}"{style}>{escape(text)}</text>'
