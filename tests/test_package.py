"""What is built from the checkout serves elsewhere, with nothing of the checkout at hand."""

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import starlette

from tests.support.paths import ROOT

READY = "mockserver is listening on "


def run(*command: str | Path, folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source: Path, target: Path, kind: str) -> Path:
    """The wheel or sdist of a source tree, by the build backend that the test extra installs."""
    run(
        sys.executable,
        "-m",
        "build",
        f"--{kind}",
        "--no-isolation",
        "--outdir",
        target,
        source,
        folder=target,
    )
    [built] = target.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`mockserver` in an environment with the wheel alone, which borrows the dependencies of this one."""
    environment = tmp_path_factory.mktemp("elsewhere") / "environment"
    venv.create(environment, with_pip=False, symlinks=os.name == "posix")
    python = environment / "bin/python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", wheel, folder=environment)
    [site] = environment.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(f"{Path(str(starlette.__file__)).parents[1]}\n", encoding="utf-8")
    return environment / "bin/mockserver"


@pytest.fixture(scope="module")
def url(command: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the installed package, started in a folder that has nothing in it."""
    empty = tmp_path_factory.mktemp("empty")
    process = subprocess.Popen([command, "-p", "0"], cwd=empty, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        lines = iter(process.stdout.readline, "")
        yield next(line for line in lines if line.startswith(READY)).removeprefix(READY).strip()
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.mark.parametrize(
    ("scenario", "status"), [(None, 200), ("order-not-cart", 409)], ids=["a change", "a documented error"]
)
def test_the_installed_server_answers(url, scenario, status):
    headers = {"Authorization": "Bearer flt_sk_anybody"} | ({"X-Mock-Scenario": scenario} if scenario else {})
    answer = httpx.patch(f"{url}/carts/42", json={"purchaser_id": 12}, headers=headers)
    assert answer.status_code == status


def test_the_installed_server_is_the_one_that_was_built(command):
    where = "import mockserver.loading as b; print(b.__file__, b.bundled_data())"
    source, data = run(command.with_name("python"), "-c", where, folder=command.parent).split()
    assert Path(source).is_relative_to(command.parents[1])
    assert Path(data) == Path(source).parent / "_data"


def test_what_is_installed_agrees_with_itself(command, tmp_path):
    assert "scenarios" in run(command, "check", folder=tmp_path)


def test_the_installed_command_prints_the_json_schema_of_scenario_files(command, tmp_path):
    schema = ROOT / "mockserver/scenarios/scenario.schema.json"
    assert run(command, "scenarios", "--schema", folder=tmp_path) == schema.read_text(encoding="utf-8")


def members(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {*archive.namelist()}


def test_the_wheel_has_the_package_and_the_data_that_it_serves(wheel):
    expected = {
        str(Path(target, path.relative_to(ROOT / source)))
        for source, target in (
            ("mockserver", "mockserver"),
            ("fixtures", "mockserver/_data/fixtures"),
            ("scenarios", "mockserver/_data/scenarios"),
        )
        for path in (ROOT / source).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {name for name in members(wheel) if ".dist-info/" not in name}
    assert packed == expected


def test_the_wheel_tells_type_checkers_that_it_is_typed(wheel):
    assert "mockserver/py.typed" in members(wheel)


def test_the_wheel_of_the_sdist_is_the_wheel_of_the_checkout(wheel, tmp_path):
    with tarfile.open(build(ROOT, tmp_path, "sdist")) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    [source] = (tmp_path / "source").iterdir()
    assert members(build(source, tmp_path, "wheel")) == members(wheel)


def test_the_sdist_holds_the_tests_and_what_a_reader_looks_for(tmp_path):
    with tarfile.open(build(ROOT, tmp_path, "sdist")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", "tests/test_package.py"} <= names
    assert {"Dockerfile", "compose.yaml", ".dockerignore"} <= names
