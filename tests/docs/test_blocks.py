"""Every fenced block of README.md and docs/ is run, compared, or says in an HTML comment why it is not.

An HTML comment before a block can say `not run: REASON`, `tested by: TEST FILE`, `stateful` (a scenario for a
server with `--stateful`) or `exit status: 0 or 1`. `files: PAGE` on a page says that its commands
use the files that the blocks of another page show.
"""

import configparser
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from mockserver.check import check
from mockserver.contract.reader.load import load
from mockserver.data.reading import Cursor
from mockserver.data.source import parse
from mockserver.loading import load_backend
from mockserver.models.carts.loading import read_world
from mockserver.scenarios.samples import read_sample
from mockserver.settings import Settings
from mockserver.settings.file import read_settings_file
from mockserver.settings.location import Located
from tests.support.docs import PAGES, Block, blocks, borrowed
from tests.support.live import Live, serve
from tests.support.patches import BUNDLED
from tests.support.paths import ROOT, SCENARIOS

pytestmark = pytest.mark.slow
BLOCKS = [block for page in PAGES for block in blocks(page)]
ADDRESS = "http://127.0.0.1:4010"
COMMANDS = ("check", "scenarios", "coverage", "mutate", "import", "settings", "verify")
CLIENTS = ROOT / "tests" / "clients"
HYPOTHESIS = """
from hypothesis import HealthCheck, settings
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
"""


class Workbench:
    """The folders and servers that the blocks of all pages run in, each made when it is first asked for."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._servers: dict[tuple[Path, tuple[str, ...]], Live] = {}
        self._printed: dict[Block, str] = {}

    def folder(self, block: Block) -> Path:
        """A folder with the files that the block's section shows, and the documents of its page."""
        folder = self._folder / f"{Path(block.page).stem}-{re.sub(r'[^a-z]+', '-', block.section.lower())}"
        if not folder.exists():
            folder.mkdir()
            (folder / ".curlrc").write_text('write-out = "\\n"\n', encoding="utf-8")
            for each in _files(block):
                path = folder / str(each.file)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(each.text + "\n", encoding="utf-8")
        return folder

    def server(self, block: Block) -> Live:
        """The server that the section started last before the block, else one with the bundled carts."""
        lines = [
            arguments
            for each in blocks(block.page)[: block.number]
            if each.section == block.section and each.language == "sh" and not each.marks
            for arguments in map(_served, each.text.splitlines())
            if arguments is not None
        ]
        if not lines:
            return self._serving(self._folder, ())
        return self._serving(self.folder(block), lines[-1])

    def _serving(self, folder: Path, arguments: tuple[str, ...]) -> Live:
        if (folder, arguments) not in self._servers:
            live = self._stack.enter_context(serve(*arguments, folder=folder))
            self._servers[folder, arguments] = live
        return self._servers[folder, arguments]

    def reset_server(self, block: Block) -> Live:
        """The server of a block, without what other blocks have laid in its default session."""
        live = self.server(block)
        httpx.post(f"{live.url}/__mock/session/reset").raise_for_status()
        return live

    def printed(self, block: Block) -> str:
        """What a block of shell commands prints, in a session that is new."""
        if block not in self._printed:
            self._printed[block] = self._run(block)
        return self._printed[block]

    def _run(self, block: Block) -> str:
        live = self.reset_server(block)
        script = "\n".join(line for line in block.text.splitlines() if _served(line) is None)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script.replace(ADDRESS, live.url)],
            cwd=self.folder(block), env=_environment(self.folder(block)), capture_output=True, text=True,
            timeout=60,
        )  # fmt: skip
        allowed = block.marks.get("exit status", "0").split(" or ")
        assert str(done.returncode) in allowed, done.stdout + done.stderr
        return done.stdout.replace("\r", "")


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with ExitStack() as stack:
        yield Workbench(tmp_path_factory.mktemp("pages"), stack)


def _environment(home: Path) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "HOME": str(home)}


def _served(line: str) -> tuple[str, ...] | None:
    """The arguments of a line that starts a server, None for any other."""
    words = shlex.split(line, comments=True) or [""]
    if words[0] != "mockserver" or (len(words) > 1 and words[1] in COMMANDS):
        return None
    return tuple(words[1:])


def _files(block: Block) -> Iterator[Block]:
    """The blocks with a file's name: those of the section, and of its page all but scenarios and seeds."""
    pages = [page for page in (borrowed(block.page), block.page) if page is not None]
    for each in (each for page in pages for each in blocks(page) if each.file and each.language != "ts"):
        in_section = (each.page, each.section) == (block.page, block.section)
        if in_section or not str(each.file).startswith(("scenarios/", "fixtures/resources/")):
            yield each


def run_shell(block: Block, workbench: Workbench) -> None:
    assert "urn:mockserver:problem:unknown-" not in workbench.printed(block)


def compare_text(block: Block, workbench: Workbench) -> None:
    """Each line is printed, in this order; `…` stands for anything."""
    assert block.source is not None, "text that no command prints says by a comment what tests it"
    printed = iter(workbench.printed(block.source).splitlines())
    for line in block.text.splitlines():
        pattern = re.compile(".*".join(map(re.escape, line.split("…"))))
        assert any(map(pattern.fullmatch, printed)), f"{line!r} is not in {workbench.printed(block.source)}"


def compare_json(block: Block, workbench: Workbench) -> None:
    """The last line printed is this JSON; a string `…` stands for any string."""
    assert block.source is not None, "JSON that no command prints says by a comment what tests it"
    found = json.loads(workbench.printed(block.source).strip().splitlines()[-1])
    assert _equal(json.loads(block.text), found), found


def _equal(shown: object, found: object) -> bool:
    match shown, found:
        case "…", str():
            return True
        case dict(), dict():
            return shown.keys() == found.keys() and all(_equal(shown[name], found[name]) for name in shown)
        case list(), list():
            return len(shown) == len(found) and all(map(_equal, shown, found))
    return shown == found


def run_python(block: Block, workbench: Workbench) -> None:
    """A test suite passes whole; other code runs without an error."""
    folder = workbench.folder(block)
    tests = len(re.findall(r"^(?:async )?def test_", block.text, re.MULTILINE))
    (folder / "conftest.py").write_text(HYPOTHESIS, encoding="utf-8")
    (folder / f"test_block_{block.number}.py").write_text(block.text, encoding="utf-8")
    pytest_command = [
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
    ]
    done = subprocess.run(
        [sys.executable, *(pytest_command if tests else []), str(folder / f"test_block_{block.number}.py")],
        cwd=folder, env=_environment(folder) | {"BACKEND_URL": workbench.reset_server(block).url},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert not tests or re.search(rf"^{tests} passed", done.stdout, re.MULTILINE), done.stdout


def read_yaml(block: Block, workbench: Workbench) -> None:
    """A document, a scenario, a world or a sample, by the name that the block gives its file."""
    folder, name = workbench.folder(block), block.file
    assert name is not None, "YAML begins with its file's name as a comment"
    document = parse(block.text, folder / name)
    match Path(name).parts:
        case ("scenarios", _):
            _prove_scenario(block, name, folder)
        case ("fixtures", "world.yaml"):
            read_world(document.data)
        case ("fixtures", "requests", file):
            cursor = Cursor(document.data)
            read_sample(cursor)
            cursor.finish()
            assert BUNDLED.contract.operation(Path(file).stem)
        case ("fixtures", "resources", _):
            own = Settings(specs=(folder / "openapi.yaml",), stateful=True)
            assert [*check(load_backend(own))] == []
        case (_,):
            load([folder / name], strict=True)
        case _:
            pytest.fail(f"nothing reads {name}")


def _prove_scenario(block: Block, name: str, folder: Path) -> None:
    """`mockserver check` finds nothing in it, and one that has the name of a bundled one is that one."""
    alone = folder / f"alone-{block.number}"
    (alone / name).parent.mkdir(parents=True, exist_ok=True)
    (alone / name).write_text(block.text, encoding="utf-8")
    own = folder / "openapi.yaml"
    specs = (own,) if own.is_file() else ()
    settings = Settings(specs=specs, scenarios=alone / "scenarios", stateful="stateful" in block.marks)
    backend = load_backend(settings)
    assert [*backend.scenarios] == [Path(name).stem]
    assert [*check(backend)] == []
    bundled = SCENARIOS / Path(name).name
    if not specs and bundled.is_file():
        assert _bare(block.text) == _bare(bundled.read_text(encoding="utf-8"))


def _bare(text: str) -> list[str]:
    """The lines without comments."""
    return [line.partition(" #")[0].rstrip() for line in text.splitlines() if not line.startswith("#")]


def compare_typescript(block: Block, workbench: Workbench) -> None:
    assert block.file is not None, "TypeScript begins with its file's name as a comment"
    assert block.text + "\n" == (CLIENTS / block.file).read_text(encoding="utf-8")


def read_settings(block: Block, workbench: Workbench) -> None:
    """Each key is a setting, and each value is valid."""
    assert block.file is not None, "TOML begins with its file's name as a comment"
    located = Located(Path(block.file), block.text.encode(), is_named=True)
    assert read_settings_file(located, "serve") is not None


def read_ini(block: Block, workbench: Workbench, config: pytest.Config) -> None:
    """Each key is an option that pytest knows."""
    parser = configparser.ConfigParser()
    parser.read_string(block.text)
    for key in parser["pytest"]:
        config.getini(key)


RUNNERS = {
    "sh": run_shell,
    "text": compare_text,
    "json": compare_json,
    "python": run_python,
    "yaml": read_yaml,
    "toml": read_settings,
    "ts": compare_typescript,
}


@pytest.mark.parametrize("block", BLOCKS, ids=[block.id for block in BLOCKS])
def test_the_block_works(block: Block, workbench: Workbench, pytestconfig: pytest.Config) -> None:
    run_block(block, workbench, pytestconfig)


def run_block(block: Block, workbench: Workbench, config: pytest.Config) -> None:
    """Run, read or compare a block, unless a comment names what else tests it or why nothing does."""
    if "not run" in block.marks:
        assert len(block.marks["not run"]) > 20, "the comment says why the block cannot be run"
        pytest.skip(block.marks["not run"])
    if test := block.marks.get("tested by"):
        assert block.page in (ROOT / test).read_text(encoding="utf-8"), f"{test} does not read {block.page}"
    elif block.language == "ini":
        read_ini(block, workbench, config)
    else:
        assert block.language in RUNNERS, f"nothing runs a block of {block.language or 'no language'}"
        RUNNERS[block.language](block, workbench)


@pytest.mark.parametrize(
    ("language", "text", "marks"),
    [
        ("ruby", "puts 1", {}),
        ("", "mockserver", {}),
        ("text", "what no command printed", {}),
        ("yaml", "a: file without a name", {}),
        ("toml", "port = 1", {}),
        ("sh", "mockserver check nowhere.yaml", {}),
        ("python", "assert False", {}),
        ("sh", "true", {"not run": "no reason"}),
        ("sh", "true", {"tested by": "tests/docs/test_readme.py"}),
    ],
)
def test_a_block_that_nothing_runs_or_that_fails_is_noticed(
    language: str, text: str, marks: dict[str, str], workbench: Workbench, pytestconfig: pytest.Config
) -> None:
    block = Block("docs/carts.md", "None", 99, language, text, marks)
    with pytest.raises(AssertionError):
        run_block(block, workbench, pytestconfig)


def test_the_marks_are_those_that_are_read() -> None:
    known = {"not run", "tested by", "stateful", "exit status", "files"}
    assert {mark for block in BLOCKS for mark in block.marks} <= known
