"""Files of stubs, for `--stubs`: `{stubs: [...]}`, newest first; errors name the line and the valid names."""

import json
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mockserver.data.json import Json, object_or_empty
from mockserver.data.reading import BadData, Cursor
from mockserver.data.source import Document, Finding, SourceLocation, read
from mockserver.scenarios.context import Context
from mockserver.scenarios.stub import Stub
from mockserver.scenarios.stub_fields import IGNORED_KEYS, read_stub

MOST_STUBS = 1_000  # of a session


class FileStub(Struct, frozen=True):
    """A stub of a file: its value, its JSON as a string, and where it is."""

    stub: Stub
    data: str
    location: SourceLocation

    @property
    def pointer(self) -> str:
        """The pointer of the stub itself in its file: `/stubs/0`."""
        return "/".join(self.location.pointer.split("/")[:3])

    @property
    def origin(self) -> str:
        """The file, with the pointer in it, as a session keeps it."""
        return f"{self.location.document.path}#{self.location.pointer}"


def load_stubs(paths: Sequence[Path], context: Context, findings: list[Finding]) -> list[FileStub]:
    """The stubs of all files, the newest first: those of the last file come first.

    Errors are added to the findings. Raises CannotRead.
    """
    documents = [read(path) for path in reversed(paths)]
    stubs = [stub for document in documents for stub in _read_file(document, context, findings)]
    if len(stubs) > MOST_STUBS:
        message = f"a session has at most {MOST_STUBS:,} stubs, and these are {len(stubs):,}"
        findings.append(documents[0].finding("/stubs", message))
    return stubs


def _read_file(document: Document, context: Context, findings: list[Finding]) -> list[FileStub]:
    """The stubs of one file; bodies that are files are looked for in its folder first."""
    root = Cursor(document.data)
    root.keys(("stubs",), required=("stubs",))
    beside = replace(context, beside=document.path.parent)
    stubs = [_read_stub(item, beside, document) for item in (root / "stubs").items()]
    try:
        root.finish()
    except BadData as bad:
        findings += document.invalid(bad).findings
        return []
    return stubs


def _read_stub(cursor: Cursor, context: Context, document: Document) -> FileStub:
    stub = read_stub(cursor, context, document)
    location = stub.source_location or SourceLocation(document, cursor.pointer)
    return FileStub(stub, stub_text(cursor.json), location)


def stub_text(stub: Json) -> str:
    """The JSON of a stub as a session keeps it, without what `GET session/stubs` adds."""
    members = {key: value for key, value in object_or_empty(stub).items() if key not in IGNORED_KEYS}
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))
