"""The names of failed tests in the output of test runners."""

import re
from collections.abc import Iterator

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_DURATION = re.compile(r" \(?[0-9.,]+ ?m?s\)?$")
# One pattern for each form of a line that reports a failed test. The group `name` is its name, to which a dot
# and the group `method` are added, if there is one.
_FORMS = (
    r"(?:FAILED|ERROR) (?P<name>\S+\.py(?:::.+?)?)(?: - .*)?",  # pytest
    r"(?:FAIL|ERROR): (?P<method>\w+) \((?P<name>[\w.<>]+?)(?:\.(?P=method))?\).*",  # unittest
    r"\s*not ok [0-9]+ (?:- )?(?P<name>.+?)(?: # time=.*)?",  # the Test Anything Protocol
    r"\s*--- FAIL: (?P<name>\S+) \(.*\)",  # Go
    r"test (?P<name>\S+) \.\.\. FAILED",  # Rust
    r"\s*[✖✘] +(?:[0-9]+ )?(?P<name>(?!failing tests).+)",  # Node.js, Playwright
    r"\s*● (?P<name>.+ › .+)",  # Jest
    r"\s*(?:FAIL|×) +(?P<name>.+ > .+)",  # Vitest
    r"\s+[0-9]+\) (?P<name>\[.+\] › .+?)(?: ─+)?",  # Playwright, when it does not write to a terminal
    r"rspec (?P<name>\./\S+) # .*",  # RSpec
    r"(?P<name>[\w.$]+ > .+) FAILED",  # Gradle
    r"\[ERROR\] (?P<name>[\w.$]+) -- Time elapsed: .* <<< (?:FAILURE|ERROR)!",  # Maven
)
_FORM = [re.compile(each) for each in _FORMS]
_TODO = re.compile(r" # (?:TODO|SKIP)\b", re.IGNORECASE)  # the Test Anything Protocol: not a failure


def failed_tests(output: str) -> tuple[str, ...]:
    """The failed tests that the output of a run names, in its order.

    There are none for the output of a runner whose form is not known.
    """
    return tuple(dict.fromkeys(_names(_COLOURS.sub("", output))))


def _names(output: str) -> Iterator[str]:
    for line in output.splitlines():
        for form in _FORM:
            found = form.fullmatch(line.rstrip())
            if found is not None and _TODO.search(line) is None:
                yield _name(found)
                break


def _name(line: re.Match[str]) -> str:
    method = line.groupdict().get("method")
    return f"{line['name']}.{method}" if method else _DURATION.sub("", line["name"])
