"""What the pages name in running text exists: commands, flags, variables, headers, control calls."""

import re
from collections.abc import Iterator
from importlib.util import find_spec

import click
import pytest
import yaml

from mockserver.cli import main
from mockserver.settings.table import PYTEST, settings_of
from tests.support.docs import PAGES, read
from tests.support.paths import ROOT

OTHERS = "docs/coming-from-other-tools.md"  # names what other tools have
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_VARIABLES = {"MOCKSERVER_URL", "MOCKSERVER_TEST_DATA"}  # not those of a flag
CONTROL = yaml.safe_load((ROOT / "mockserver" / "control" / "openapi.yaml").read_text(encoding="utf-8"))


def spans(page: str) -> list[str]:
    """The code in running text."""
    found: list[str] = re.findall(r"`([^`\n]+)`", _FENCE.sub("", read(page)))
    return found


def commands() -> dict[str, click.Command]:
    assert isinstance(main, click.Group)
    with click.Context(main) as context:
        named = {name: main.get_command(context, name) for name in main.list_commands(context)}
    return {name: command for name, command in named.items() if command is not None}


def flags(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)


COMMANDS = commands()
FLAGS = {flag for command in COMMANDS.values() for flag in flags(command)} | {"--help", "--version"}


@pytest.mark.parametrize("page", [page for page in PAGES if page != OTHERS])
def test_every_flag_exists(page: str, pytestconfig: pytest.Config) -> None:
    for span in spans(page):
        if re.match(r"--?[a-z]", span):
            flag = re.split(r"[ =]", span)[0]
            is_of_pytest = flag.startswith("--mockserver") and pytestconfig.getoption(flag, "") != ""
            assert flag in FLAGS or is_of_pytest or flag in ("--json", "--plot"), f"{page}: {span}"


@pytest.mark.parametrize("page", PAGES)
def test_every_command_has_the_flags_that_it_is_given(page: str) -> None:
    for span in (span for span in spans(page) if re.match(r"mockserver( |$)", span)):
        words = re.sub(r"[\[\]]", "", span.partition(" -- ")[0]).split()
        name = words[1] if len(words) > 1 and words[1] in COMMANDS else "serve"
        given = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert given <= {*flags(COMMANDS[name]), "--help", "--version"}, f"{page}: {span}"


@pytest.mark.parametrize("page", PAGES)
def test_every_module_that_is_run_exists(page: str) -> None:
    for module in re.findall(r"`python -m ([\w.]+)", read(page)):
        assert find_spec(module), f"{page}: {module}"


@pytest.mark.parametrize("page", PAGES)
def test_every_environment_variable_is_one_of_a_flag_or_of_the_plugin(page: str) -> None:
    variables = {f"MOCKSERVER_{flag.lstrip('-').upper().replace('-', '_')}" for flag in FLAGS}
    variables |= {setting.variable for setting in settings_of(PYTEST)}
    assert {*re.findall(r"\bMOCKSERVER_[A-Z_]+\b", read(page))} <= variables | _VARIABLES


MISSPELT = "X-Mock-Scenaro"  # a page shows what the server says of it


@pytest.mark.parametrize("page", PAGES)
def test_every_header_is_one_that_the_server_knows(page: str) -> None:
    package = (ROOT / "mockserver").rglob("*.py")
    code = "\n".join(path.read_text(encoding="utf-8") for path in package).lower()
    for header in {*re.findall(r"\bX-Mock-[A-Z][A-Za-z-]+\b", read(page))} - {MISSPELT}:
        assert f"{header.lower()}" in code, f"{page}: {header}"


@pytest.mark.parametrize("page", PAGES)
def test_every_control_call_is_in_its_contract(page: str) -> None:
    known = [
        (method.upper(), re.compile(re.sub(r"\{[^{}]+\}", "[^/]+", path)))
        for path, item in CONTROL["paths"].items()
        for method in item
    ]
    for method, path in re.findall(r"\b(GET|PUT|POST|PATCH|DELETE) /__mock(/[\w/.{}]+)", read(page)):
        assert any(method == each and pattern.fullmatch(path) for each, pattern in known), f"{page}: {path}"
