"""Imports point one way, so that each part can be read without what stands above it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import mockserver
import mockserver.cli

PACKAGE = Path(str(mockserver.__file__)).parent
# Anybody may import these.
LEAVES = ("model", "once", "data")
ABOVE = (
    "pytest_plugin",
    "testing",
    "cli",
    "app",
    "server",
    "connection",
    "at_once",
    "control",
    "reload",
    "watch",
    "log",
    "banner",
    "check",
    "pytest_plugin",
)  # these know of applications


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, *, only_at_import: bool = False) -> Iterator[str]:
    """Our own modules that a file imports; `only_at_import`: not within functions, not for types."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if only_at_import and (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or is_for_types(node)
        ):
            continue
        waiting.extend(ast.iter_child_nodes(node))
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name for name in names if name in MODULES)


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
IMPORTS = {name: {*imported(path)} - {name, "mockserver"} for name, path in MODULES.items()}


def within(name: str, *packages: str) -> bool:
    return any(name == f"mockserver.{each}" or name.startswith(f"mockserver.{each}.") for each in packages)


def strays(package: str, *allowed: str) -> list[str]:
    """What the modules of a package import beside it and what is allowed."""
    return [
        f"{name} imports {target}"
        for name, targets in IMPORTS.items()
        if within(name, package)
        for target in sorted(targets)
        if not within(target, package, *allowed)
    ]


def test_the_package_was_read():
    assert {"mockserver.cli", "mockserver.contract.load", "mockserver.carts.model"} <= MODULES.keys()
    assert "mockserver.backend" in IMPORTS["mockserver.app"]


@pytest.mark.parametrize("package", ["contract", "carts"])
def test_contract_and_carts_know_of_nothing_but_themselves_and_the_leaves(package):
    assert strays(package, *LEAVES) == []


@pytest.mark.parametrize("leaf", LEAVES)
def test_leaves_import_leaves(leaf):
    assert strays(leaf, *LEAVES) == []


def test_the_domain_knows_of_no_http():
    foreign = ("starlette", "uvicorn", "http", "urllib", "jsonschema", "referencing", "asyncio")
    found = [
        f"{name} imports {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name}"
        for name, path in MODULES.items()
        if within(name, "carts")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in foreign)
        or (
            isinstance(node, ast.Import)
            and any(each.name.partition(".")[0] in foreign for each in node.names)
        )
    ]
    assert found == []


@pytest.mark.parametrize(
    "name", [name for name in MODULES if not within(name, "__main__", *ABOVE) and name != "mockserver"]
)
def test_nothing_below_the_application_imports_it(name):
    assert [target for target in sorted(IMPORTS[name]) if within(target, *ABOVE)] == []


def test_no_module_imports_itself_by_way_of_others():
    graph = {
        name: {*imported(path, only_at_import=True)} - {name, "mockserver"} for name, path in MODULES.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


@pytest.mark.parametrize("package", ["contract", "carts"])
def test_pure_packages_take_no_clock_no_randomness_of_their_own_and_open_no_connection(package):
    barred = {"time", "datetime", "socket", "subprocess", "threading", "asyncio", "os"}
    found = {
        f"{name} imports {alias.name}"
        for name, path in MODULES.items()
        if within(name, package)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name.partition(".")[0] in barred
    }
    assert found == set()


def loaded_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter has after a statement."""
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return {*ran.stdout.split()}


@pytest.mark.parametrize("statement", ["import mockserver", "import mockserver.cli"])
def test_importing_the_package_loads_neither_a_server_nor_a_judge(statement):
    heavy = {"starlette", "uvicorn", "jsonschema", "jsonschema_rs", "yaml", "markdown_it", "asyncio"}
    assert loaded_by(statement) & heavy == set()


def loaded_by_typing(*arguments: str) -> set[str]:
    return loaded_by(f"import mockserver.cli\ntry: mockserver.cli.main({arguments})\nexcept SystemExit: pass")


@pytest.mark.parametrize("typed", ["--help", "mutate --help", "--prot 1", "check --nope", "mutate"])
def test_help_and_usage_errors_load_the_command_line_alone(typed):
    loaded = loaded_by_typing(*typed.split())
    assert {name for name in loaded & MODULES.keys() if not within(name, "cli")} == {"mockserver"}
    assert loaded & {"msgspec", "asyncio", "json"} == set()


def test_a_command_is_loaded_without_the_others():
    commands = {f"mockserver.cli.{module}" for module in mockserver.cli.MODULES.values()}
    assert loaded_by_typing("serve", "--help") & commands == {"mockserver.cli.serve"}


def test_a_start_with_the_bundled_contract_loads_only_what_its_answers_need():
    elsewhere = {
        "mockserver.contract.bodies.forms",
        "mockserver.contract.bodies.multipart",
        "mockserver.contract.bodies.xml_tree",
        "mockserver.contract.markdown",
        "mockserver.contract.sampling.sampler",
        "hypothesis",
        "markdown_it",
        "xml.sax",
    }
    assert loaded_by("import mockserver.server; mockserver.create_app()") & elsewhere == set()


def test_every_public_name_loads_when_it_is_used():
    assert [name for name in mockserver.__all__ if getattr(mockserver, name, None) is None] == []


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        mockserver.nothing  # noqa: B018
