"""Matches methods and paths to operations with a tree of path segments, concrete before templated ones.

The time for a match depends on the length of the path, not on the number of paths in the contract.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import parse_qsl

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.contract.operation import Operation
from mockserver.contract.parameters import Leniency
from mockserver.contract.routing.segments import Template, decode
from mockserver.data.quoting import quoted
from mockserver.data.suggest import nearest
from mockserver.http.problem import Problem, ProblemError

PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")
_MOST_COMPARED = 20  # paths whose spelling is compared with an unknown path
_COMPARED_LENGTH = 200  # characters of an unknown path that are compared


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
        super().__init__(f"{path} does not support {method}, only {', '.join(allowed)}")
        self.method = method
        self.path = path
        self.allowed = allowed

    def problem(self) -> Problem:
        allow = [("allow", ", ".join(self.allowed))]
        return Problem("wrong-method", str(self), {"allowed": list(self.allowed)}, allow)


class RouteMatch(Struct, frozen=True):
    """The operation for a request, and the values of its path parameters by name.

    `raw` are the percent-encoded values as they were sent; `values` are decoded. `other_slash`: the paths
    differ by a slash at the end.
    """

    operation: Operation
    raw: dict[str, str]
    other_slash: bool = False

    @property
    def values(self) -> dict[str, str]:
        return {name: decode(text) for name, text in self.raw.items()}


class _Node(Struct):
    """A node of the tree: the path up to a segment. A path that ends here has `operations` by method.

    `variants` are the operations of a method that the query selects, those with most selectors first.
    """

    literals: "dict[str, _Node]" = field(default_factory=dict)
    templates: "_Templates" = field(default_factory=lambda: _Templates())
    operations: dict[str, Operation] = field(default_factory=dict)
    variants: dict[str, list[Operation]] = field(default_factory=dict)

    def add(self, operation: Operation) -> None:
        """Add an operation of this path; of several with the same selectors the first one stays."""
        method = operation.method
        if operation.selectors:
            variants = self.variants.setdefault(method, [])
            if all(each.selectors != operation.selectors for each in variants):
                variants.append(operation)
                variants.sort(key=lambda each: -len(each.selectors))
        first = self.operations.setdefault(method, operation)
        if first.selectors and not operation.selectors:
            self.operations[method] = operation

    def selected(self, method: str, query_string: str) -> Operation:
        """The operation of a method that the query selects; without one, the most similar."""
        variants = self.variants.get(method)
        plain = self.operations[method]
        if not variants:
            return plain
        query = parse_qsl(query_string, keep_blank_values=True, errors="surrogateescape")
        scores = [_selected_members(each, query) for each in variants]
        for variant, score in zip(variants, scores, strict=True):
            if score == len(variant.selectors):
                return variant
        return variants[scores.index(max(scores))] if plain.selectors else plain


class _Templates:
    """The templated children of a node, indexed by the text before and after their placeholders."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[str, ...], _Node] = {}
        self._ends: dict[tuple[int, int], dict[tuple[str, str], list[tuple[Template, _Node]]]] = {}
        self._only: _Node | None = None  # the only child, if its segment is a single placeholder

    def child(self, literals: tuple[str, ...]) -> _Node:
        """The child with the text between its placeholders, created if it is missing."""
        if literals not in self._nodes:
            node = self._nodes[literals] = _Node()
            first, last = literals[0], literals[-1]
            same = self._ends.setdefault((len(first), len(last)), {}).setdefault((first, last), [])
            same.append((Template(literals), node))
            self._only = node if len(self._nodes) == 1 and literals == ("", "") else None
        return self._nodes[literals]

    def matches(self, segment: str) -> list[tuple[list[str], _Node]]:
        """The children that match a segment, with their raw values; those with more literal text first."""
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
    """Finds operations; built once for a contract.

    Operations are served under the base paths of their servers and without a base path. If two have the same
    path then, the one with that base path is found.
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

    def match(
        self, method: str, raw_path: str, query_string: str = "", *, any_slash: bool = False
    ) -> RouteMatch:
        """The operation for a method in upper case and a percent-encoded path; the query rarely matters.

        GET stands in for HEAD if the path has no HEAD operation. `any_slash`: a path that is unknown may have
        a slash more or less at its end. Raises UnknownPath or WrongMethod.
        """
        segments = raw_path.split("/")[1:]
        found = self._found(method, segments)
        if found:
            return self._selected(method, raw_path, query_string, found)
        if any_slash and (found := self._found(method, _with_other_slash(segments))):
            return replace(self._selected(method, raw_path, query_string, found), other_slash=True)
        raise self._unknown(raw_path, segments)

    def _found(self, method: str, segments: list[str]) -> dict[str, tuple[_Node, list[str]]]:
        """The nodes that match the segments, with the values of the path, by method."""
        found: dict[str, tuple[_Node, list[str]]] = {}
        for node, values in _walk(self._root, segments, 0, []):
            for known in node.operations:
                found.setdefault(known, (node, values))
            if method in found:
                break
        return found

    def _selected(
        self, method: str, raw_path: str, query_string: str, found: dict[str, tuple[_Node, list[str]]]
    ) -> RouteMatch:
        """The operation of the method among the found nodes; raises WrongMethod."""
        if method == "HEAD" and "HEAD" not in found and "GET" in found:
            method = "GET"
        if method not in found:
            raise WrongMethod(method, raw_path, _allowed(found))
        node, values = found[method]
        operation = node.selected(method, query_string)
        return RouteMatch(operation, dict(zip(self._names[operation.path], values, strict=True)))

    def _add(self, path: str, operation: Operation) -> None:
        node = self._root
        for segment in path.split("/")[1:]:
            literals = tuple(map(decode, PLACEHOLDER.split(segment)[::2]))
            if len(literals) > 1:
                node = node.templates.child(literals)
            else:
                node = node.literals.setdefault(literals[0], _Node())
        node.add(operation)

    def _unknown(self, raw_path: str, segments: list[str]) -> UnknownPath:
        for node, _ in _walk(self._root, _with_other_slash(segments), 0, []):
            return UnknownPath(raw_path, next(iter(node.operations.values())).path, slash=True)
        return UnknownPath(raw_path, _nearest(list(map(decode, segments)), self._paths))


def _with_other_slash(segments: list[str]) -> list[str]:
    """The segments of the path with a slash more or less at its end."""
    return segments[:-1] if segments[-1:] == [""] else [*segments, ""]


def _selected_members(operation: Operation, query: Sequence[tuple[str, str]]) -> int:
    """How many of an operation's selectors the query has."""
    names = {name for name, _ in query}
    return sum(
        name in names if value is None else (name, value) in query for name, value in operation.selectors
    )


def other_slash(raw_path: str) -> Leniency:
    """The leniency of a path that has a slash more or less at its end than the contract's."""
    other = raw_path[:-1] if raw_path.endswith("/") else f"{raw_path}/"
    return Leniency("path", "", "trailingSlash", f"the path {quoted(raw_path)} was read as {quoted(other)}")


def unnamed_template(path: str) -> str:
    """The path template without the names of its parameters; paths with equal results are identical."""
    return PLACEHOLDER.sub("{}", path)


def _walk(
    node: _Node, segments: list[str], index: int, values: list[str]
) -> Iterator[tuple[_Node, list[str]]]:
    """The nodes with operations that match the segments from an index on, the most concrete first.

    Each comes with `values` and the raw values of the placeholders below.
    """
    if index == len(segments):
        if node.operations:
            yield node, values
        return
    if child := node.literals.get(decode(segments[index])):
        yield from _walk(child, segments, index + 1, values)
    for found, child in node.templates.matches(segments[index]):
        yield from _walk(child, segments, index + 1, [*values, *found])


def _nearest(segments: list[str], paths: dict[str, list[str]]) -> str | None:
    """The path with most segments in common; of several, the one with the most similar spelling."""
    text = "/" + "/".join(segments)
    ranked = sorted(paths, key=lambda path: _similarity(segments, paths[path], text, path), reverse=True)
    if not ranked:
        return None
    most = _common_segments(segments, paths[ranked[0]])
    alike = [path for path in ranked[:_MOST_COMPARED] if _common_segments(segments, paths[path]) == most]
    return nearest(text[:_COMPARED_LENGTH], alike) or alike[0]


def _similarity(segments: list[str], known: list[str], text: str, path: str) -> tuple[int, int, int]:
    """A sort key: common segments, length of the common prefix, difference in the number of segments."""
    pairs = enumerate(zip(text, path, strict=False))
    prefix = next((index for index, (one, two) in pairs if one != two), len(path))
    return _common_segments(segments, known), prefix, -abs(len(segments) - len(known))


def _common_segments(segments: list[str], known: list[str]) -> int:
    """The number of segments that are equal or templated."""
    return sum(given == each or "{" in each for given, each in zip(segments, known, strict=False))


def _allowed(methods: Iterable[str]) -> tuple[str, ...]:
    """The value of `Allow`, sorted: HEAD is allowed wherever GET is."""
    names = set(methods)
    return tuple(sorted(names | {"HEAD"} if "GET" in names else names))
