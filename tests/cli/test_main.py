"""What every command has in common: help, version, options and their environment variables."""

from collections import Counter

import click
import pytest

from mockserver import __version__
from mockserver.cli import MODULES, main
from tests.support.terminal import called


def command_of(name: str) -> click.Command:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return command


def options_of(name: str) -> list[click.Option]:
    return [each for each in command_of(name).params if isinstance(each, click.Option)]


def test_an_option_overrides_its_environment_variable():
    listed = called("scenarios", "-p", "5000", MOCKSERVER_PORT="6000", MOCKSERVER_HOST="::1").output
    assert "http://[::1]:5000/carts/42" in listed


@pytest.mark.parametrize(
    "arguments",
    [
        ["--prot", "1"],
        ["-p", "x"],
        ["-p", "70000"],
        ["--log-format", "xml"],
        ["import"],
        ["--seed", "a"],
    ],
    ids=" ".join,
)
def test_an_invalid_option_is_reported_with_the_usage_and_status_2(arguments):
    result = called(*arguments)
    assert result.exit_code == 2
    assert "Usage: " in result.output
    assert "Error: " in result.output


@pytest.mark.parametrize("arguments", [["--port"], ["check", "--config"]], ids=" ".join)
def test_an_option_without_its_value_is_an_error(arguments):
    result = called(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Option '{arguments[-1]}' requires an argument." in result.stderr


def test_the_version_is_that_of_the_package():
    assert called("--version").output == f"mockserver, version {__version__}\n"


@pytest.mark.parametrize("command", MODULES)
def test_every_command_is_listed_in_the_help_and_has_its_own_help(command):
    assert command in called("--help").output
    assert called(command, "--help").exit_code == 0


@pytest.mark.parametrize("command", MODULES)
def test_every_help_text_is_a_sentence_of_at_least_three_words(command):
    texts = {option.opts[-1]: option.help or "" for option in options_of(command)}
    texts["the command"] = (command_of(command).help or "").partition("\n\n")[0]
    assert {
        name: text
        for name, text in texts.items()
        if len(text.split()) < 3 or not text[0].isupper() or not text.endswith(".")
    } == {}


@pytest.mark.parametrize("command", MODULES)
def test_no_two_options_of_a_command_have_the_same_help_text(command):
    count = Counter(option.help for option in options_of(command))
    assert [text for text, times in count.items() if times > 1] == []


def test_a_misspelled_command_is_answered_with_the_nearest_one():
    result = called("chek")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "mockserver: 'chek' is neither a file nor a command; did you mean 'check'?\n"
