"""Progress is one line of a terminal, and a line now and then elsewhere."""

import io

from mockserver.cli.progress import CLEAR, ELSEWHERE, ON_TERMINAL, Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(stream, interval):
    now = [0.0]
    progress = Progress(stream, lambda: now[0])
    for line in ("a", "b", "c"):
        now[0] += interval * 0.6
        progress.show(line)
    progress.end()
    return stream.getvalue()


def test_a_terminal_has_one_line_that_is_removed_at_the_end():
    assert shown(Terminal(), ON_TERMINAL) == f"{CLEAR}b{CLEAR}"


def test_elsewhere_each_line_stays():
    assert shown(io.StringIO(), ELSEWHERE) == "b\n"
