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
# A package imports what stands to its right; members of one group may import each other.
ORDER = "cli, pytest_plugin > testing > server > app > control, check > strategies, runtime > stores, upstream, journal, loading, asgi > engine > models, scenarios > contract > http, model > data, settings, version"  # noqa: E501
IN_CONTRACT = "reader > routing, mutations, validation, security, secret_marks > operation > bodies > sampling, parameters > schema, markdown > document, description, operation_names"  # noqa: E501

ANYTHING = ("__main__",)  # it and the top's own `__init__` may import all


def ranks(order: str) -> dict[str, int]:
    """The place of each package in an order, counted from its top."""
    groups = order.split(" > ")
    return {name: place for place, group in enumerate(groups) for name in group.split(", ")}


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Our own modules that a file imports: at its top, within functions, and for types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in names if name in MODULES]
            yield from modules
            if len(modules) < len(names) and node.module in MODULES:
                yield node.module


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
IMPORTS = {name: {*imported(path)} - {name} for name, path in MODULES.items()}


def within(name: str, *packages: str) -> bool:
    return any(name == f"mockserver.{each}" or name.startswith(f"mockserver.{each}.") for each in packages)


def upward(order: str, below: str) -> list[str]:
    """The imports among the parts of a package that run against an order; each part must be in it."""
    places = ranks(order)
    edges = [
        (name, target, *(each.removeprefix(f"{below}.").partition(".")[0] for each in (name, target)))
        for name, targets in IMPORTS.items()
        for target in targets
        if name.startswith(f"{below}.") and target.startswith(f"{below}.")
    ]
    return sorted(
        f"{name} imports {target}"
        for name, target, importer, part in edges
        if importer not in ANYTHING and importer != part and places[importer] > places[part]
    )


def test_the_package_was_read():
    assert {"mockserver.cli", "mockserver.contract.reader.load", "mockserver.data.json"} <= MODULES.keys()
    assert "mockserver.data.json" in IMPORTS["mockserver.model"]


@pytest.mark.parametrize(("order", "below"), [(ORDER, "mockserver"), (IN_CONTRACT, "mockserver.contract")])
def test_packages_import_what_stands_to_their_right(order, below):
    assert upward(order, below) == []


def top_level_imports(*packages: str) -> set[tuple[str, str]]:
    """Each module of these packages, with each package outside ours that it imports."""
    found = set()
    for name, path in MODULES.items():
        if not within(name, *packages):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                found.add((name, (node.module or "").partition(".")[0]))
            elif isinstance(node, ast.Import):
                found.update((name, alias.name.partition(".")[0]) for alias in node.names)
    return found


def test_the_cart_model_knows_nothing_of_http():
    foreign = {"starlette", "uvicorn", "http", "urllib", "jsonschema", "referencing", "asyncio"}
    assert {each for each in top_level_imports("models.carts") if each[1] in foreign} == set()
    assert [name for name in IMPORTS if within(name, "models.carts") and "http" in str(IMPORTS[name])] == []


def test_no_file_imports_itself_by_way_of_others():
    try:
        TopologicalSorter(IMPORTS).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


@pytest.mark.parametrize("package", ["data", "http", "contract", "models"])
def test_pure_packages_have_no_clock_and_no_connection(package):
    effects = {"time", "socket", "subprocess", "threading", "asyncio", "os"}
    assert {each for each in top_level_imports(package) if each[1] in effects} == set()


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


@pytest.mark.parametrize("typed", ["--help", "import --help", "--prot 1", "check --nope", "mutate"])
def test_help_and_usage_errors_load_the_command_line_alone(typed):
    loaded = loaded_by_typing(*typed.split())
    assert {name for name in loaded & MODULES.keys() if not within(name, "cli", "settings")} == {
        "mockserver",
        "mockserver.data",
        "mockserver.data.quoting",
        "mockserver.version",
    }
    assert {f"mockserver.settings.{name}" for name in ("settings", "sources", "resolution")} & loaded == set()
    assert loaded & {"msgspec", "asyncio", "json"} == set()


def test_a_command_is_loaded_without_the_others():
    commands = {f"mockserver.cli.{module}" for module in mockserver.cli.MODULES.values()}
    assert loaded_by_typing("serve", "--help") & commands == {"mockserver.cli.serve"}


def test_a_start_with_the_bundled_contract_loads_only_what_its_answers_need():
    elsewhere = {
        "mockserver.contract.bodies.forms",
        "mockserver.contract.bodies.multipart",
        "mockserver.contract.bodies.xml_tree",
        "mockserver.contract.markdown.page",
        "mockserver.contract.sampling.generation",
        "mockserver.contract.sampling.sampler",
        "hypothesis",
        "markdown_it",
        "xml.sax",
    }
    assert loaded_by("import mockserver.server.server; mockserver.create_app()") & elsewhere == set()


def test_every_public_name_loads_when_it_is_used():
    assert [name for name in mockserver.__all__ if getattr(mockserver, name, None) is None] == []


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        mockserver.nothing  # noqa: B018


@pytest.mark.parametrize("folder", [PACKAGE, PACKAGE / "contract"], ids=lambda folder: folder.name)
def test_few_modules_lie_loose_beside_the_packages(folder):
    assert len([*folder.glob("*.py")]) <= 12


def test_no_module_is_longer_than_350_lines():
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > 350} == {}
