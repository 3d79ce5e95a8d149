"""Reads seeds: `fixtures/resources/NAME.yaml` has the items with which a collection begins."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mockserver.data.reading import Cursor
from mockserver.data.source import Document, Finding, read
from mockserver.data.suggest import did_you_mean
from mockserver.models.resources.collections import Collection
from mockserver.models.resources.model import MOST_ITEMS, ResourceModel
from mockserver.models.resources.seeds import seeded

FOLDER = "resources"
_SUFFIXES = (".yaml", ".yml", ".json")


def load_seeds(
    fixtures: Path,
    model: ResourceModel,
    before_read: Callable[[Path], None],
    findings: list[Finding],
    *,
    lenient: bool,
) -> None:
    """Let each session of the model begin with the seeds in a folder of fixtures.

    A file is named after its collection; a name with slashes is a path. Errors are added to the findings.
    `lenient`: files for other collections, and invalid ones, are left out. Raises CannotRead.
    """
    names = dict(_names(model.collections))
    documents: dict[str, Document] = {}
    for path in _files(fixtures / FOLDER):
        name = path.relative_to(fixtures / FOLDER).with_suffix("").as_posix()
        if name not in names:
            if not lenient:
                message = f"there is no collection {name!r}{did_you_mean(name, model.collections)}"
                findings.append(Finding(path, None, "", message))
            continue
        before_read(path)
        document = read(path)
        first = documents.setdefault(names[name], document)
        if first is not document:
            findings.append(Finding(path, None, "", f"{first.path} has the items of {names[name]!r} already"))
    cursors = {name: Cursor(document.data) for name, document in documents.items()}
    initial = seeded(model.judge, cursors, MOST_ITEMS)
    errors = [
        documents[name].finding(error.pointer, error.message)
        for name, cursor in cursors.items()
        for error in cursor.errors
    ]
    if errors and lenient:
        return
    findings += errors
    model.initial = initial


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in sorted(folder.rglob("*")) if path.suffix in _SUFFIXES)


def _names(collections: Mapping[str, Collection]) -> Iterator[tuple[str, str]]:
    """The names of files and the collection of each: its name, with and without the ending of its path."""
    for name in collections:
        folder, slash, last = name.rpartition("/")
        yield folder + slash + last.partition(".")[0], name
    yield from ((name, name) for name in collections)
