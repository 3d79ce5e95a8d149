"""Loads a contract from one or several documents: OpenAPI as YAML or JSON, or vendors' Markdown pages."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from mockserver.contract.document.bundle import bundle
from mockserver.contract.document.references import value_at
from mockserver.contract.operation import Contract, Operation
from mockserver.contract.operation_names import full_name
from mockserver.contract.reader.operations import read_operations
from mockserver.contract.reader.path_keys import with_query_constants
from mockserver.contract.reader.reference_folders import ReferenceFolders, reference_folders
from mockserver.contract.routing.router import unnamed_template
from mockserver.contract.schema.repair import repair
from mockserver.data.json import object_or_empty, type_phrase
from mockserver.data.source import (
    CannotRead,
    Document,
    Finding,
    InvalidFiles,
    TooLarge,
    decoded_text,
    parse,
    read_bytes,
)

PAGES = (".md", ".markdown")
LIMIT = 32 * 1024 * 1024  # bytes of JSON in all files together
YAML_COST = 3  # a byte of YAML counts as so many bytes of JSON


def load(
    paths: Sequence[Path],
    *,
    prefixes: Sequence[str] | None = None,
    strict: bool = False,
    formats: bool = True,
    allow_refs: Sequence[Path] = (),
    before_read: Callable[[Path], None] = lambda path: None,
) -> Contract:
    """Load the contract of all the files, and of those that they refer to by `$ref`, with its findings.

    `prefixes` has the prefix of each file's operations, in their full names; "" is no prefix. `strict`: any
    finding is an error. `formats`: `format` is an assertion. `allow_refs` are folders to which references may
    lead in addition to each file's project. `before_read` is called with the path of each file, whether or
    not it exists.

    Raises CannotRead if a file is missing, too large or not an OpenAPI document, or if two documents describe
    one operation; with `strict`, InvalidFiles if there are findings.
    """
    files = _Files(before_read)
    for folder in allow_refs:
        if not folder.is_dir():
            raise CannotRead(folder, None, "there is no such folder")
    documents: list[Document] = []
    operations: list[Operation] = []
    findings: list[Finding] = []
    notices: list[Finding] = []
    for path, prefix in zip(paths, prefixes or [""] * len(paths), strict=True):
        try:
            folders = reference_folders(path, allow_refs)
            part = _read_contract(files, path, folders, prefix, formats=formats)
        except RecursionError:  # a 3.0 schema can become nested more deeply when it is upgraded to 3.1
            raise CannotRead(path, None, "its schemas are nested too deeply") from None
        documents += part.documents
        operations += part.operations
        findings += sorted(part.findings, key=lambda each: (str(each.path), each.line or 0))
        notices += part.notices
    if strict and findings:
        raise InvalidFiles(findings)
    for clash in _clashes(operations):
        raise CannotRead(clash.path, clash.line, clash.message)
    title = value_at(documents[0].data, "/info/title")
    name = str(title or paths[0].stem)
    return Contract(name, tuple(operations), tuple(documents), tuple(findings), tuple(notices))


def _read_contract(
    files: "_Files", path: Path, folders: ReferenceFolders, prefix: str, *, formats: bool
) -> Contract:
    """The contract of one document and the files that it refers to, as OpenAPI 3.1."""
    document = files.read(path, piped=True)
    require_openapi(document)
    document, findings = bundle(document, partial(files.read_referenced, folders))
    data = with_query_constants(object_or_empty(document.data))
    data, judges, errors = repair(data, formats=formats)
    document = replace(document, data=data)
    remarks = judges.remarks()
    errors += remarks.foreign_patterns
    findings += [document.finding(error.pointer, error.message) for error in errors]
    operations, more = read_operations(document, judges, formats=formats, prefix=prefix)
    notices = [document.finding(notice.pointer, notice.message) for notice in remarks.notices]
    return Contract("", tuple(operations), (document,), tuple(findings + more), tuple(notices))


class _Files:
    """Reads files until their total size exceeds the limit."""

    def __init__(self, before_read: Callable[[Path], None]) -> None:
        self._before_read = before_read
        self._left = LIMIT

    def read_referenced(self, folders: ReferenceFolders, path: Path) -> Document:
        """Read a file that a document refers to; raises CannotRead, also if it is outside the folders."""
        folders.require(path)
        return self.read(path)

    def read(self, path: Path, *, piped: bool = False) -> Document:
        """Read a file; a Markdown page becomes the OpenAPI document that it describes. Raises CannotRead.

        With `piped`, the file may be a pipe that this process has open.
        """
        self._before_read(path)
        cost = 1 if path.suffix == ".json" else YAML_COST
        try:
            content = read_bytes(path, self._left // cost, piped=piped)
        except TooLarge:
            limit = f"{LIMIT >> 20} MiB of JSON or {LIMIT // YAML_COST >> 20} MiB of YAML"
            message = f"too large; a document and the files that it refers to may have {limit} together"
            raise CannotRead(path, None, message) from None
        self._left -= len(content) * cost
        text = decoded_text(content, path)
        return _read_page(text, path) if path.suffix.lower() in PAGES else parse(text, path)


def require_openapi(document: Document) -> None:
    """Raise CannotRead if the file is not an OpenAPI 3 document."""
    path, data = document.path, document.data
    if not isinstance(data, dict):
        raise CannotRead(path, None, f"expected an OpenAPI document, found {type_phrase(data)}")
    if "swagger" in data:
        message = "this is Swagger 2.0; convert it to OpenAPI 3 first, for example with npx swagger2openapi"
        raise CannotRead(path, document.line("/swagger"), message)
    version = data.get("openapi")
    if not isinstance(version, str) or not version.startswith(("3.0", "3.1", "3.2")):
        found = f"found {version!r}" if version is not None else "found none"
        if isinstance(version, float):
            found = f'found the number {version}; write it as a string: openapi: "{version}.0"'
        message = f"expected OpenAPI 3.0, 3.1 or 3.2 in 'openapi', {found}"
        raise CannotRead(path, document.line("/openapi"), message)
    if not isinstance(paths := data.get("paths", {}), dict):
        message = f"expected 'paths' to be an object, found {type_phrase(paths)}"
        raise CannotRead(path, document.line("/paths"), message)


def _clashes(operations: Iterable[Operation]) -> Iterator[Finding]:
    """A finding for each operation that two documents describe: by full name, or by method and path.

    Documents with different prefixes may describe the same method and path.
    """
    seen: dict[str, Operation] = {}
    for operation in operations:
        for name in (full_name(operation.prefix, unnamed_template(operation.name)), operation.id):
            first = seen.setdefault(name, operation)
            if first.document is not operation.document:
                clash = operation.id if name == operation.id else operation.name
                message = f"the operation {clash!r} is already described in {_path_and_line(first)}"
                yield operation.document.finding(operation.pointer, message)
                break


def _path_and_line(operation: Operation) -> str:
    document, pointer = operation.document.origin(operation.pointer)
    return f"{document.path}:{document.line(pointer)}"


def _read_page(text: str, path: Path) -> Document:
    from mockserver.contract.markdown.page import read_page  # noqa: PLC0415  # not needed without pages

    return read_page(text, path)
