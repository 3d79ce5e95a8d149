"""What a benchmark gives to the processes that it measures."""

from tests.benchmarks.machine import environment


def test_what_is_measured_keeps_its_bytecode_and_is_not_compiled_at_each_start(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert "PYTHONDONTWRITEBYTECODE" not in environment()
    assert environment()["LANG"] == "C.UTF-8"
