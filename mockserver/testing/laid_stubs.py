"""The stubs that a test laid, and which of them matched a request."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any
from urllib.parse import quote

from mockserver.testing.choices import Ask
from mockserver.testing.control_client import CallRefused

__tracebackhide__ = True  # pytest shows the test's own line where a call fails
_STUBS = "/session/stubs"


class LaidStub(AbstractContextManager["LaidStub"]):
    """A stub that a test laid; the end of its `with` block removes it.

    `id` is its id in the session, `data` its JSON as it was laid. With `is_required`, the test fails if the
    stub matches no request.
    """

    def __init__(
        self, stubs: "LaidStubs", key: str, data: Mapping[str, object], *, is_required: bool
    ) -> None:
        self._stubs = stubs
        self.id = key
        self.data = data
        self.is_required = is_required
        self._matched = 0

    @property
    def matched(self) -> int:
        """How many requests the stub answered or disturbed; the last known number if it was removed."""
        self._stubs.note_matches()
        return self._matched

    @property
    def has_matched(self) -> bool:
        """Whether the stub is known to have matched a request."""
        return self._matched > 0

    def note(self, matched: int) -> None:
        """Note how many requests the stub matched, in this session or in a fork of it."""
        self._matched = max(self._matched, matched)

    def remove(self) -> None:
        """Remove the stub from its session, if it is still there."""
        self._stubs.remove(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


class LaidStubs:
    """The stubs that were laid in one session.

    `present` are those that the session still has, by id: a reset and the end of a checkpoint remove stubs,
    and later ones can get the same ids.
    """

    def __init__(self, ask: Ask, present: dict[str, LaidStub] | None = None) -> None:
        self._ask = ask
        self._laid: list[LaidStub] = []
        self.present = present or {}

    def lay(self, data: Mapping[str, object], *, is_required: bool) -> LaidStub:
        """Lay a stub, the newest."""
        view: dict[str, Any] = self._ask("POST", _STUBS, data)
        stub = LaidStub(self, view["id"], data, is_required=is_required)
        self._laid.append(stub)
        self.present[stub.id] = stub
        return stub

    def remove(self, stub: LaidStub) -> None:
        """Remove a stub, if the session has it."""
        if self.present.get(stub.id) is not stub:
            return
        path = f"{_STUBS}/{quote(stub.id, safe='')}"
        del self.present[stub.id]
        try:
            stub.note(self._ask("GET", path)["matched"])
            self._ask("DELETE", path)
        except CallRefused as refused:
            if refused.kind != "unknown-stub":  # a control call removed it
                raise

    def note_matches(self) -> None:
        """Note how many requests each present stub matched."""
        for row in self._ask("GET", _STUBS)["stubs"] if self.present else ():
            if row["id"] in self.present:
                self.present[row["id"]].note(row["matched"])

    def unmatched(self) -> list[LaidStub]:
        """The required stubs that matched no request."""
        if any(not each.has_matched for each in self.present.values()):
            self.note_matches()
        return [each for each in self._laid if each.is_required and not each.has_matched]
