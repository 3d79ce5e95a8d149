"""Carries a session's stubs over to files of stubs that were read again."""

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from mockserver.engine.session import StubEntry

_Key = tuple[str, str]  # the file, and the stub's data


class FileStubs:
    """The stubs of files before and after a reload, each newest first."""

    def __init__(self, before: Sequence[StubEntry], after: Sequence[StubEntry]) -> None:
        self._before = [each for each in before if each.origin]
        self._after = [each for each in after if each.origin]
        signatures = [[(each.origin, each.data) for each in stubs] for stubs in (self._before, self._after)]
        self._is_equal = signatures[0] == signatures[1]

    def carry_over(self, stubs: Sequence[StubEntry], laid: int) -> tuple[list[StubEntry], int]:
        """The stubs of a session after the reload, and how many were laid in it.

        Stubs that the files still have keep their ids and counts, and those that the session removed stay
        removed. Stubs that are new in the files are added in the order of the files, older than those that
        were laid at run time.
        """
        if self._is_equal:
            return [*stubs], laid
        kept: dict[_Key, list[StubEntry]] = {}
        for entry in stubs:
            if entry.origin:
                kept.setdefault(_key(entry), []).append(entry)
        known = Counter(map(_key, self._before))
        of_files = []
        for entry in self._after:
            key = _key(entry)
            if kept.get(key):
                of_files.append(replace(kept[key].pop(0), origin=entry.origin))
            elif not known[key]:
                laid += 1
                of_files.append(replace(entry, id=f"s{laid}"))
            known[key] -= known[key] > 0
        laid_later = [each for each in stubs if each.kind == "stub" and not each.origin]
        named = [each for each in stubs if each.kind != "stub"]
        return [*laid_later, *of_files, *named], laid


def _key(entry: StubEntry) -> _Key:
    return entry.origin.rpartition("#")[0], entry.data
