"""Names of operations: the full name, and the shorter ones that mean one operation only.

The full name is `PREFIX/operationId` where the document is served under a prefix, else the operationId. An
operation without an operationId has its method and path instead: `PATCH /carts/{order_id}`.
"""

from collections.abc import Iterable, Iterator

from mockserver.data.suggest import did_you_mean, nearest
from mockserver.http.problem import Problem, ProblemError, valid_names


class OperationNameError(Exception):
    """The name does not mean exactly one operation: UnknownOperation or AmbiguousOperation."""


class UnknownOperation(OperationNameError, ProblemError):
    """The contract has no operation of this name; `valid` are the full names of those that it has.

    `shorter` are further names, which the message may suggest.
    """

    def __init__(self, name: str, valid: tuple[str, ...], shorter: Iterable[str] = ()) -> None:
        suggested = nearest(name, dict.fromkeys((*valid, *shorter)))
        hint = did_you_mean(name, valid if suggested is None else (suggested,))
        super().__init__(f"the contract has no operation {name!r}{hint}")
        self.name = name
        self.valid = valid

    def problem(self) -> Problem:
        return Problem("unknown-operation", str(self), valid_names(self.valid))


class AmbiguousOperation(OperationNameError, ProblemError):
    """Several operations have this name; `valid` are their full names."""

    def __init__(self, name: str, valid: tuple[str, ...]) -> None:
        full_names = ", ".join(map(repr, valid))
        super().__init__(f"{name!r} is the name of several operations; full names: {full_names}")
        self.name = name
        self.valid = valid

    def problem(self) -> Problem:
        return Problem("ambiguous-operation", str(self), valid_names(self.valid))


def full_name(prefix: str, name: str) -> str:
    """The full name of an operation that its document calls `name`; `prefix` is "" if there is none."""
    return f"{prefix}/{name}" if prefix else name


class OperationNames:
    """The names of a contract's operations; each operation has a full name, then shorter ones.

    A name that is the full name of an operation never means another one, and a name at the second position
    of an operation's names goes before an equal one at the third.
    """

    def __init__(self, operations: Iterable[tuple[str, ...]]) -> None:
        self._positions: list[dict[str, list[str]]] = []  # by position: full names by name
        for names in operations:
            for position, name in enumerate(names):
                if position == len(self._positions):
                    self._positions.append({})
                self._positions[position].setdefault(name, []).append(names[0])

    def resolve(self, name: str) -> str:
        """The full name of the operation with this name; raises UnknownOperation, AmbiguousOperation."""
        found = self.candidates(name)
        if not found:
            full = tuple(self._positions[0]) if self._positions else ()
            raise UnknownOperation(name, full, self._unambiguous())
        if len(found) > 1:
            raise AmbiguousOperation(name, found)
        return found[0]

    def candidates(self, name: str) -> tuple[str, ...]:
        """The full names of the operations that have this name; empty if it is unknown."""
        return next((tuple(names[name]) for names in self._positions if name in names), ())

    def _unambiguous(self) -> Iterator[str]:
        return (name for names in self._positions for name in names if len(self.candidates(name)) == 1)
