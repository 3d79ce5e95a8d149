"""What holds for every command: help, version, flags and their variables."""

import pytest

from mockserver import __version__
from mockserver.cli import MODULES
from tests.support.terminal import called


def test_a_flag_goes_before_its_variable():
    listed = called("scenarios", "-p", "5000", MOCKSERVER_PORT="6000", MOCKSERVER_HOST="::1").output
    assert "http://[::1]:5000/carts/42" in listed


@pytest.mark.parametrize(
    "arguments",
    [["--prot", "1"], ["-p", "x"], ["-p", "70000"], ["--log-format", "xml"], ["import"], ["--seed", "a"]],
    ids=" ".join,
)
def test_a_flag_that_is_none_is_told_with_the_usage_and_status_2(arguments):
    result = called(*arguments)
    assert result.exit_code == 2
    assert "Usage: " in result.output
    assert "Error: " in result.output


def test_the_version_is_the_package_s():
    assert called("--version").output == f"mockserver, version {__version__}\n"


@pytest.mark.parametrize("command", MODULES)
def test_every_command_is_in_the_help_and_has_a_help_of_its_own(command):
    assert command in called("--help").output
    assert called(command, "--help").exit_code == 0


def test_a_command_that_is_misspelled_is_told_the_nearest():
    result = called("chek")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "mockserver: there is no file and no command 'chek'; did you mean 'check'?\n"
