"""Which operation a method and a path mean: a tree of segments, concrete ones before templated ones.

The cost of a match grows with the length of the path, not with the number of paths.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from mockserver.contract.operation import Operation
from mockserver.contract.routing.segments import Template, decode
from mockserver.data.suggest import nearest
from mockserver.http.problem import Problem, ProblemError

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_COMPARED = 20  # known paths that an unknown one is compared with as text
_LONGEST = 200  # characters of the unknown path that are compared


class UnknownPath(ProblemError):
    """The contract does not have the path; `nearest` is the most similar path, None where there are none.

    `slash`: the two differ only by a slash at the end.
    """

    def __init__(self, path: str, near: str | None, *, slash: bool = False) -> None:
        hint = f"; the nearest path is {near}" if near else ""
        if slash:
            hint = f"; note the slash at the end: the contract has {near}"
        super().__init__(f"the contract has no path {path}{hint}")
        self.path = path
        self.nearest = near
        self.slash = slash

    def problem(self) -> Problem:
        return Problem("unknown-path", str(self), {"nearest": self.nearest})


class WrongMethod(ProblemError):
    """The contract has the path, but not with this method; `allowed` are its methods, in capitals."""

    def __init__(self, method: str, path: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{path} does not take {method}, only {', '.join(allowed)}")
        self.method = method
        self.path = path
        self.allowed = allowed

    def problem(self) -> Problem:
        allow = [("allow", ", ".join(self.allowed))]
        return Problem("wrong-method", str(self), {"allowed": list(self.allowed)}, allow)


class RouteMatch(Struct, frozen=True):
    """An operation and the values of its path parameters by name: as they were sent, and percent-decoded."""

    operation: Operation
    raw: dict[str, str]

    @property
    def values(self) -> dict[str, str]:
        return {name: decode(text) for name, text in self.raw.items()}


class _Node(Struct):
    literals: "dict[str, _Node]" = field(default_factory=dict)
    templates: "_Templates" = field(default_factory=lambda: _Templates())
    operations: dict[str, Operation] = field(default_factory=dict)


class _Templates:
    """The templated children of a node, found by the text that stands before and after the placeholders."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[str, ...], _Node] = {}
        self._ends: dict[tuple[int, int], dict[tuple[str, str], list[tuple[Template, _Node]]]] = {}
        self._only: _Node | None = None  # the one child, where it is a placeholder and nothing else

    def child(self, literals: tuple[str, ...]) -> _Node:
        if literals not in self._nodes:
            node = self._nodes[literals] = _Node()
            first, last = literals[0], literals[-1]
            same = self._ends.setdefault((len(first), len(last)), {}).setdefault((first, last), [])
            same.append((Template(literals), node))
            self._only = node if len(self._nodes) == 1 and literals == ("", "") else None
        return self._nodes[literals]

    def matches(self, segment: str) -> list[tuple[list[str], _Node]]:
        """The children that the segment fits, with the values as sent; more literal text comes first."""
        if self._only is not None:
            return [([segment], self._only)] if segment else []
        text = decode(segment)
        found: list[tuple[Template, list[str], _Node]] = []
        for (before, after), bucket in self._ends.items():
            ends = text[:before], text[len(text) - after :]
            for template, node in bucket.get(ends, ()):
                if (values := template.values(segment)) is not None:
                    found.append((template, values, node))
        found.sort(key=lambda each: each[0].rank)
        return [(values, node) for _, values, node in found]


class Router:
    """Finds operations; built once from the contract.

    Each is reached below the base paths of its servers, and without one; where two would meet, the one
    whose servers say so has the place.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        operations = tuple(operations)
        for operation in operations:
            for base in operation.bases:
                self._add(base + operation.path, operation)
        for operation in operations:
            self._add(operation.path, operation)
        self._names = {each.path: PLACEHOLDER.findall(each.path) for each in operations}
        self._paths = {path: path.split("/")[1:] for path in (each.path for each in operations)}

    def match(self, method: str, raw_path: str) -> RouteMatch:
        """The operation for a method (capitals) and a percent-encoded path without its query.

        HEAD is answered by GET where the contract names no HEAD of its own.
        Raises UnknownPath or WrongMethod.
        """
        segments = raw_path.split("/")[1:]
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
            return RouteMatch(operation, dict(zip(self._names[operation.path], values, strict=True)))
        if found:
            raise WrongMethod(method, raw_path, _allowed(found))
        raise self._unknown(raw_path, segments)

    def _add(self, path: str, operation: Operation) -> None:
        node = self._root
        for segment in path.split("/")[1:]:
            literals = tuple(map(decode, PLACEHOLDER.split(segment)[::2]))
            if len(literals) > 1:
                node = node.templates.child(literals)
            else:
                node = node.literals.setdefault(literals[0], _Node())
        node.operations.setdefault(operation.method, operation)

    def _unknown(self, raw_path: str, segments: list[str]) -> UnknownPath:
        other = segments[:-1] if segments[-1:] == [""] else [*segments, ""]
        for node, _ in _walk(self._root, other, 0, []):
            return UnknownPath(raw_path, next(iter(node.operations.values())).path, slash=True)
        return UnknownPath(raw_path, _nearest(list(map(decode, segments)), self._paths))


def unnamed_template(path: str) -> str:
    """The path without the names of its parameters: two of the same shape are one path to a client."""
    return PLACEHOLDER.sub("{}", path)


def _walk(node: _Node, segments: list[str], at: int, values: list[str]) -> Iterator[tuple[_Node, list[str]]]:
    """The ends of the tree that the segments lead to, the most concrete first."""
    if at == len(segments):
        if node.operations:
            yield node, values
        return
    if child := node.literals.get(decode(segments[at])):
        yield from _walk(child, segments, at + 1, values)
    for found, child in node.templates.matches(segments[at]):
        yield from _walk(child, segments, at + 1, [*values, *found])


def _nearest(segments: list[str], paths: dict[str, list[str]]) -> str | None:
    """The path that has most segments in common with these; of several, the one most alike as text."""
    text = "/" + "/".join(segments)
    ranked = sorted(paths, key=lambda path: _likeness(segments, paths[path], text, path), reverse=True)
    if not ranked:
        return None
    best = _common(segments, paths[ranked[0]])
    alike = [path for path in ranked[:_COMPARED] if _common(segments, paths[path]) == best]
    return nearest(text[:_LONGEST], alike) or alike[0]


def _likeness(segments: list[str], known: list[str], text: str, path: str) -> tuple[int, int, int]:
    start = next((at for at, (one, two) in enumerate(zip(text, path, strict=False)) if one != two), len(path))
    return _common(segments, known), start, -abs(len(segments) - len(known))


def _common(segments: list[str], known: list[str]) -> int:
    return sum(given == each or "{" in each for given, each in zip(segments, known, strict=False))


def _allowed(methods: Iterable[str]) -> tuple[str, ...]:
    names = set(methods)
    return tuple(sorted(names | {"HEAD"} if "GET" in names else names))
