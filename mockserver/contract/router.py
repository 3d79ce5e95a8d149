"""Which operation a method and a path mean: a tree of segments, concrete ones before templated ones.

The cost of a match grows with the length of the path, not with the number of paths.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from mockserver.contract.operation import Operation
from mockserver.nearest import nearest

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class UnknownPath(LookupError):
    """The contract has no such path; `nearest` is the one most like it, None in a contract without paths."""

    def __init__(self, path: str, near: str | None) -> None:
        super().__init__(f"the contract has no path {path}")
        self.path = path
        self.nearest = near


class WrongMethod(LookupError):
    """The path is in the contract, but not with this method; `allowed` are in capitals."""

    def __init__(self, method: str, path: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{path} does not take {method}, only {', '.join(allowed)}")
        self.method = method
        self.path = path
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Match:
    """An operation and the values of its path parameters, percent-decoded, by name."""

    operation: Operation
    values: dict[str, str]


@dataclass(slots=True)
class _Node:
    literals: "dict[str, _Node]" = field(default_factory=dict)
    templates: "list[tuple[str, re.Pattern[str], _Node]]" = field(default_factory=list)
    operations: dict[str, Operation] = field(default_factory=dict)
    path: str = ""

    def literal(self, text: str) -> "_Node":
        return self.literals.setdefault(text, _Node())

    def template(self, segment: str) -> "_Node":
        """The child for a templated segment; those with more literal text are tried first."""
        shape = _PLACEHOLDER.sub("{}", segment)
        for known, _, child in self.templates:
            if known == shape:
                return child
        literal_parts = map(re.escape, shape.split("{}"))
        child = _Node()
        self.templates.append((shape, re.compile("(.+?)".join(literal_parts), re.DOTALL), child))
        self.templates.sort(key=lambda entry: -len(entry[0]))
        return child


class Router:
    """Finds operations; built once from the contract."""

    def __init__(self, operations: Iterable[Operation], base_paths: Iterable[str] = ("",)) -> None:
        self._root = _Node()
        self._paths: list[str] = []
        bases = sorted({base.rstrip("/") for base in base_paths} | {""})
        for operation in operations:
            self._paths.append(operation.path)
            for base in bases:
                self._add(base + operation.path, operation)

    def match(self, method: str, raw_path: str) -> Match:
        """The operation for a method (capitals) and a percent-encoded path without its query.

        HEAD is answered by GET where the contract names no HEAD of its own.
        Raises UnknownPath or WrongMethod.
        """
        segments = [_decode(segment) for segment in raw_path.split("/")[1:]]
        found: dict[str, tuple[Operation, list[str]]] = {}
        for node, values in _walk(self._root, segments, 0, []):
            for known, operation in node.operations.items():
                found.setdefault(known, (operation, values))
            if method in found:
                break
        if method == "HEAD" and "HEAD" not in found and "GET" in found:
            method = "GET"
        if method in found:
            operation, values = found[method]
            return Match(operation, dict(zip(_PLACEHOLDER.findall(operation.path), values, strict=True)))
        if found:
            raise WrongMethod(method, raw_path, _allowed(found))
        raise UnknownPath(raw_path, _nearest(segments, self._paths))

    def _add(self, path: str, operation: Operation) -> None:
        node = self._root
        for segment in path.split("/")[1:]:
            node = node.template(segment) if _PLACEHOLDER.search(segment) else node.literal(segment)
        node.operations.setdefault(operation.method, operation)


def _walk(node: _Node, segments: list[str], at: int, values: list[str]) -> Iterator[tuple[_Node, list[str]]]:
    """The ends of the tree that the segments lead to, the most concrete first."""
    if at == len(segments):
        if node.operations:
            yield node, values
        return
    segment = segments[at]
    if segment in node.literals:
        yield from _walk(node.literals[segment], segments, at + 1, values)
    for _, pattern, child in node.templates:
        if match := pattern.fullmatch(segment):
            yield from _walk(child, segments, at + 1, [*values, *match.groups()])


def _decode(segment: str) -> str:
    """A segment without its percent signs; bytes that are no UTF-8 become lone surrogates."""
    return unquote_to_bytes(segment).decode("utf-8", "surrogateescape") if "%" in segment else segment


def _nearest(segments: list[str], paths: list[str]) -> str | None:
    """The path that has most segments in common with these; of several, the one most alike as text."""

    def likeness(path: str) -> int:
        return sum(
            given == known or _PLACEHOLDER.search(known) is not None
            for given, known in zip(segments, path.split("/")[1:], strict=False)
        )

    best = max(map(likeness, paths), default=0)
    alike = [path for path in paths if likeness(path) == best]
    return nearest("/" + "/".join(segments), alike) or next(iter(alike), None)


def _allowed(methods: Iterable[str]) -> tuple[str, ...]:
    names = set(methods)
    return tuple(sorted(names | {"HEAD"} if "GET" in names else names))
