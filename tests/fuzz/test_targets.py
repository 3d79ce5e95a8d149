"""The fuzz targets hold for each input of the corpus, and atheris can run them.

An input that once showed a fault is kept in the corpus, so it never does again.
"""

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz.__main__ import TARGETS

HERE = Path(__file__).parent
INPUTS = sorted((HERE / "corpus").glob("*/*"))
LARGEST = 64 * 1024  # bytes of all the corpus


def check_of(name: str) -> Callable[[bytes], None]:
    check: Callable[[bytes], None] = import_module(f"tests.fuzz.{name}").check
    return check


def fuzz(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.fuzz", *arguments]
    return subprocess.run(
        command, cwd=HERE.parents[1], capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize("path", INPUTS, ids=[f"{path.parent.name}-{path.name}" for path in INPUTS])
def test_a_target_holds_for_its_corpus(path: Path) -> None:
    check_of(path.parent.name)(path.read_bytes())


def test_each_target_has_a_corpus_and_it_is_small() -> None:
    assert {path.parent.name for path in INPUTS} == {*TARGETS}
    assert sum(path.stat().st_size for path in INPUTS) < LARGEST


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed; the extra `fuzz` has it")
@pytest.mark.parametrize("name", TARGETS)
def test_a_second_of_fuzzing_finds_nothing(name: str) -> None:
    done = fuzz(name, "--seconds", "1", "--seed", "1")
    assert done.returncode == 0, done.stdout
    assert f"{name}: Done " in done.stdout


@pytest.mark.skipif(find_spec("atheris") is not None, reason="atheris is installed")
def test_without_atheris_the_command_says_what_to_install() -> None:
    done = fuzz("decoder")
    assert done.returncode == 1
    assert "pip install '.[fuzz]'" in done.stderr
