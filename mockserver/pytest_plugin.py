"""The pytest plugin: its settings and markers, and the modules that have its fixtures and hooks."""

from collections.abc import Generator

import pytest

from mockserver.testing import coverage_plugin, fixtures, guard, mutation_run

MODULES = coverage_plugin, fixtures, guard


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    from mockserver.settings.table import PYTEST, settings_of

    for module in MODULES:  # `pytest_plugins` would search all installed packages for each of them
        pluginmanager.register(module, module.__name__)
    for setting in settings_of(PYTEST):
        parser.addini(setting.ini, setting.help, setting.ini_type, default=None)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "mock_scenario(name): scenario that mock_session starts with")
    config.addinivalue_line("markers", "mock_allow_violations: requests of the test may break the contract")
    config.addinivalue_line(
        "markers", "mock_allow_off_contract: answers of the mock may break the contract in the test"
    )
    path = mutation_run.events_file()
    if path is not None:
        from mockserver.testing.run_events import register_writer

        register_writer(config, path)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Become a fork server if `mockserver mutate` asks for one, before output is captured."""
    request = mutation_run.take_fork_request()
    if request is not None:
        from mockserver.testing.fork_server import serve_forks

        serve_forks(*request)
    return (yield)
