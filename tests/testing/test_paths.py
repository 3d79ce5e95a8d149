"""Source locations as the report of a test shows them."""

from pathlib import Path

import pytest

from mockserver.loading import load_backend
from mockserver.settings import Settings
from mockserver.testing.paths import relative_path


@pytest.mark.parametrize("rest", ["", ":8", ":8#/paths/~1a:1", "#/paths"])
def test_a_path_is_relative_to_the_folder(tmp_path: Path, rest: str):
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "doors.yaml").touch()
    location = f"{tmp_path}/api/doors.yaml{rest}"
    assert relative_path(location, tmp_path) == f"api/doors.yaml{rest}"
    assert relative_path(location, tmp_path / "tests") == f"../api/doors.yaml{rest}"


def test_a_path_is_relative_to_the_working_directory_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "doors.yaml").touch()
    monkeypatch.chdir(tmp_path)
    assert relative_path(f"{tmp_path}/doors.yaml:2") == "doors.yaml:2"


def test_a_bundled_file_is_relative_to_the_package(tmp_path: Path):
    [operation] = load_backend(Settings()).contract.operations
    shown = relative_path(str(operation.source_location), tmp_path)
    assert not shown.startswith(("/", ".."))
    assert "fixtures/spec/carts.yaml:" in shown


def test_a_path_of_another_machine_stays_as_it_is(tmp_path: Path):
    assert relative_path("/no/such/file.yaml:8", tmp_path) == "/no/such/file.yaml:8"
    assert relative_path("a.yaml:8", tmp_path) == "a.yaml:8"
