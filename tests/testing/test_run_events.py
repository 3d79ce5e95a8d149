"""What a pytest run reports to `mockserver mutate`."""

from pathlib import Path
from textwrap import dedent

import pytest

from mockserver.testing.mutation_run import EVENTS
from mockserver.testing.run_events import read_events

pytest_plugins = ["pytester"]


@pytest.fixture
def events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "events"
    path.touch()
    monkeypatch.setenv(EVENTS, str(path))
    return path


def run(pytester: pytest.Pytester, tests: str) -> pytest.RunResult:
    pytester.makepyfile(test_one=dedent(tests))
    return pytester.runpytest_subprocess("-p", "no:cacheprovider")


def test_tests_that_fail_are_reported_once_wherever_they_fail(pytester: pytest.Pytester, events: Path):
    run(
        pytester,
        """
        import pytest

        @pytest.fixture
        def broken():
            raise ValueError

        @pytest.fixture
        def broken_at_the_end():
            yield
            raise ValueError

        def test_call(): assert False
        def test_setup(broken): pass
        def test_both(broken_at_the_end): assert False
        def test_good(): pass
        @pytest.mark.xfail
        def test_expected(): assert False
        """,
    )
    reported = read_events(events)
    assert reported.failed == ("test_one.py::test_call", "test_one.py::test_setup", "test_one.py::test_both")
    assert (reported.running, reported.sessions) == ((), {})


def test_a_file_that_cannot_be_imported_is_reported(pytester: pytest.Pytester, events: Path):
    run(pytester, "import no_such_module")
    assert read_events(events).failed == ("test_one.py",)


def test_a_test_in_which_the_process_ends_is_still_running(pytester: pytest.Pytester, events: Path):
    run(pytester, "import os\ndef test_good(): pass\ndef test_end(): os._exit(3)")
    assert read_events(events).running == ("test_one.py::test_end",)


def test_the_sessions_of_tests_are_reported(pytester: pytest.Pytester, events: Path):
    run(pytester, "def test_one(mock_session): open('key', 'w').write(mock_session.key)")
    assert read_events(events).sessions == {(pytester.path / "key").read_text(): "test_one.py::test_one"}


def test_other_runs_report_nothing(pytester: pytest.Pytester, events: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(EVENTS)
    run(pytester, "def test_call(): assert False")
    assert events.read_bytes() == b""


def test_a_line_that_is_cut_off_is_ignored(tmp_path: Path):
    path = tmp_path / "events"
    path.write_text('{"event": "started", "test": "a"}\n{"event": "fin', encoding="utf-8")
    assert read_events(path).running == ("a",)


def test_a_session_of_several_tests_belongs_to_none(tmp_path: Path):
    path = tmp_path / "events"
    keys = [("a", "own"), ("a", "shared"), ("b", "shared")]
    lines = [f'{{"event": "session", "test": "{test}", "session": "{key}"}}\n' for test, key in keys]
    path.write_text("".join(lines), encoding="utf-8")
    assert read_events(path).sessions == {"own": "a"}


def test_the_process_and_its_installed_modules_are_reported(pytester: pytest.Pytester, events: Path):
    run(pytester, "import httpx, os\ndef test_one(): open('pid', 'w').write(str(os.getpid()))")
    reported = read_events(events)
    assert reported.processes == (int((pytester.path / "pid").read_text()),)
    assert {"json", "pytest", "httpx", "mockserver.pytest_plugin"} <= {*reported.modules}
    assert "test_one" not in reported.modules
