"""Documents into a contract: OpenAPI as YAML or JSON, or Markdown pages; several make one contract."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from mockserver.contract.document.bundle import bundle
from mockserver.contract.document.references import value_at
from mockserver.contract.operation import Contract, Operation
from mockserver.contract.reader.operations import read_operations
from mockserver.contract.routing.router import unnamed_template
from mockserver.contract.schema.repair import repair
from mockserver.data.source import CannotRead, Document, Finding, InvalidFiles, parse, read_text

PAGES = (".md", ".markdown")
LIMIT = 32 * 1024 * 1024  # bytes of JSON in all the files together
YAML_COSTS = 3  # as much as JSON of its size does


def load(
    paths: Sequence[Path],
    *,
    strict: bool = False,
    formats: bool = True,
    before_read: Callable[[Path], None] = lambda path: None,
) -> Contract:
    """The contract of all the files, and of those that they refer to, with their faults.

    Raises CannotRead, naming file and line, where a file is no document, is too large, or describes an
    operation that another one has; with `strict` InvalidFiles for any fault. `formats`: `format` is a rule.
    `before_read` is told of each file, whether it is there or not.
    """
    files = _Files(before_read)
    documents: list[Document] = []
    operations: list[Operation] = []
    faults: list[Finding] = []
    notices: list[Finding] = []
    for path in paths:
        try:
            part = _read_contract(files, path, formats=formats)
        except RecursionError:  # 3.1 needs several levels for what 3.0 says in one
            raise CannotRead(path, None, "its schemas are nested too deeply") from None
        documents += part.documents
        operations += part.operations
        faults += sorted(part.findings, key=lambda each: (str(each.path), each.line or 0))
        notices += part.notices
    if strict and faults:
        raise InvalidFiles(faults)
    for clash in _clashes(operations):
        raise CannotRead(clash.path, clash.line, clash.message)
    title = value_at(documents[0].data, "/info/title")
    name = str(title or paths[0].stem)
    return Contract(name, tuple(operations), tuple(documents), tuple(faults), tuple(notices))


def _read_contract(files: "_Files", path: Path, *, formats: bool) -> Contract:
    """One document and what it refers to, as OpenAPI 3.1."""
    document = files.read(path)
    refuse_foreign(document)
    document, findings = bundle(document, files.read)
    data, judges, faults = repair(document.data if isinstance(document.data, dict) else {}, formats=formats)
    document = replace(document, data=data)
    findings += [document.finding(fault.pointer, fault.message) for fault in faults]
    operations, more = read_operations(document, judges, formats=formats)
    notices = [document.finding(notice.pointer, notice.message) for notice in judges.notices()]
    return Contract("", tuple(operations), (document,), tuple(findings + more), tuple(notices))


class _Files:
    """Reads files, as long as they are not too large together."""

    def __init__(self, before_read: Callable[[Path], None]) -> None:
        self._before_read = before_read
        self._left = LIMIT

    def read(self, path: Path) -> Document:
        """One file, a Markdown page as the document that it describes; raises CannotRead."""
        self._before_read(path)
        cost = 1 if path.suffix == ".json" else YAML_COSTS
        if path.is_file():  # else `read_text` says what is wrong with it
            self._left -= path.stat().st_size * cost
        if self._left < 0:
            most = f"{LIMIT >> 20} MiB of JSON or {LIMIT // YAML_COSTS >> 20} MiB of YAML"
            raise CannotRead(path, None, f"too large; a document and what it refers to may have {most}")
        text = read_text(path)
        return _page(text, path) if path.suffix.lower() in PAGES else parse(text, path)


def refuse_foreign(document: Document) -> None:
    """Raise CannotRead where this is no OpenAPI 3 document at all."""
    path, data = document.path, document.data
    if not isinstance(data, dict):
        raise CannotRead(path, None, "expected an OpenAPI document, found no object")
    if "swagger" in data:
        message = "this is Swagger 2.0; convert it to OpenAPI 3 first (npx swagger2openapi does)"
        raise CannotRead(path, document.line("/swagger"), message)
    version = data.get("openapi")
    if not isinstance(version, str) or not version.startswith(("3.0", "3.1", "3.2")):
        found = f"found {version!r}" if version is not None else "found none"
        if isinstance(version, float):
            found = f'found the number {version}; write it as text: openapi: "{version}.0"'
        raise CannotRead(path, document.line("/openapi"), f"expected 'openapi: 3.0', 3.1 or 3.2, {found}")
    if not isinstance(data.get("paths", {}), dict):
        raise CannotRead(path, document.line("/paths"), "expected 'paths' to be an object")


def _clashes(operations: Iterable[Operation]) -> Iterator[Finding]:
    """The operations that two documents describe: by operationId, or by method and path."""
    seen: dict[str, Operation] = {}
    for operation in operations:
        for name in (f"{operation.method} {unnamed_template(operation.path)}", operation.id):
            first = seen.setdefault(name, operation)
            if first.document is not operation.document:
                shown = operation.id if name == operation.id else operation.name
                message = f"the operation {shown!r} is described already, in {_line_of(first)}"
                yield operation.document.finding(operation.pointer, message)
                break


def _line_of(operation: Operation) -> str:
    document, pointer = operation.document.origin(operation.pointer)
    return f"{document.path}:{document.line(pointer)}"


def _page(text: str, path: Path) -> Document:
    from mockserver.contract.markdown.page import read_page  # noqa: PLC0415  # a start without pages can do without

    return read_page(text, path)
