"""The settings of a pytest run, and errors of users as failures of tests in one sentence.

Modules other than pytest are imported inside functions: a suite that uses no fixture loads none of them.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mockserver.settings.resolution import Values

VALUES = pytest.StashKey["Values"]()


def run_values(config: pytest.Config) -> "Values":
    """The settings of the run; fails the test if one is not valid."""
    if VALUES not in config.stash:
        from mockserver.settings.ini_file import Ini
        from mockserver.settings.resolution import InvalidSettings, plugin_settings

        def getini(name: str) -> object:
            try:
                return config.getini(name)
            except (pytest.UsageError, TypeError) as error:  # a value of another type in [tool.pytest]
                raise InvalidSettings([str(error)]) from None

        overridden = [each.partition("=")[0] for each in config.getoption("override_ini") or ()]
        ini = Ini(getini, config.inipath, frozenset(overridden))
        try:
            config.stash[VALUES] = plugin_settings(ini, config.rootpath)
        except InvalidSettings as error:
            raise pytest.fail.Exception(str(error), pytrace=False) from None
    return config.stash[VALUES]


def running_url(config: pytest.Config) -> str | None:
    """The base URL of the running server that the settings name; `mockserver mutate` names its own."""
    url = str(run_values(config).parameters["url"])
    return url.rstrip("/") or None


def make_models_importable(config: pytest.Config) -> None:
    """Let modules of models be imported from pytest's root directory, wherever pytest runs."""
    folder = str(config.rootpath)
    if folder not in sys.path:
        sys.path.insert(0, folder)


@contextmanager
def errors_as_failures() -> Iterator[None]:
    """Fail the test with one sentence and no traceback for errors in files, in the URL or in names."""
    from mockserver.data.quoting import printable_lines
    from mockserver.data.source import CannotRead, InvalidFiles
    from mockserver.scenarios.choice import UnknownChoice
    from mockserver.settings.resolution import InvalidSettings
    from mockserver.testing.control_client import CallRefused, NoAnswer

    try:
        yield
    except (CannotRead, InvalidFiles, InvalidSettings, UnknownChoice, CallRefused, NoAnswer) as error:
        raise pytest.fail.Exception(printable_lines(str(error)), pytrace=False) from None
