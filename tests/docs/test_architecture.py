"""docs/architecture.md against the code: its tree, and the order of imports."""

import re

from tests.support.docs import blocks, read
from tests.support.paths import ROOT

TREE, ORDER = (block.text for block in blocks("docs/architecture.md"))


def test_every_cache_is_in_the_table() -> None:
    """A module that makes a cache of its own is named on the page."""
    makes = re.compile(r"lru_cache\(|^@cache$|BoundedCache(?:\[.*\])?\(\w*\)", re.MULTILINE)
    package = ROOT / "mockserver"
    made = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if makes.search(path.read_text(encoding="utf-8"))
    }
    assert made
    assert [name for name in made if f"`{name}`" not in read("docs/architecture.md")] == []


def test_everything_in_the_tree_exists() -> None:
    folder = ROOT
    depths = {0: ROOT}
    for line in TREE.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        for name in re.findall(r"(?:^|(?<=  ))[\w./]+(?:\.py|/)(?=\s|$)", line.strip()):
            folder = depths[depth] / name
            assert folder.exists(), name
            depths[depth + 1] = folder


def test_every_package_is_in_the_tree() -> None:
    packages = {path.parent.name for path in (ROOT / "mockserver").glob("*/__init__.py")}
    assert packages <= set(re.findall(r"^  (\w+)/", TREE, re.MULTILINE))


def test_the_order_of_imports_is_the_one_that_is_tested() -> None:
    tested = (ROOT / "tests" / "test_imports.py").read_text(encoding="utf-8")
    written = re.findall(r"[\w]+", ORDER.replace("inside contract:", ""))
    assert all(name in tested for name in written)


def test_each_file_that_a_table_names_exists() -> None:
    named = re.findall(
        r"`((?:asgi|cli|contract|control|engine|http|models|scenarios|server|strategies)/[\w./]+)`",
        read("docs/architecture.md"),
    )
    assert named
    assert [name for name in named if not (ROOT / "mockserver" / name).exists()] == []
