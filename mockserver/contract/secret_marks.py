"""The names that a contract marks as secret: those of API keys, passwords and write-only values.

A value is marked by `format: password` or `writeOnly: true` (OpenAPI 3.1, section 4.8.24; JSON Schema 2020-12
validation, section 9.4). The mark belongs to the name of the nearest member or parameter around the value.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from mockserver.contract.document.dialect import children
from mockserver.contract.document.references import pointer_of, value_at
from mockserver.contract.operation import Contract, DirectedDocument, Operation
from mockserver.data.json import Json, object_or_empty
from mockserver.data.pointer import pointer_token
from mockserver.data.suggest import nearest
from mockserver.http.secret_names import WHOLE_BODY, SecretNames

_PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")
_SLASH = re.compile(r"(?i)/|%2f")
_SECRET = "{}"  # a segment of a path with a secret parameter


class SecretMarks:
    """The secret names of a contract's operations, computed on first use; `added` are names of the user."""

    def __init__(self, contract: Contract, added: Iterable[str] = ()) -> None:
        self._contract = contract
        self._added = frozenset(added)
        self._by_operation: dict[str, SecretNames] = {}
        self._by_marks: dict[frozenset[str], SecretNames] = {}

    def names_of(self, operation: Operation) -> SecretNames:
        """The secret names in requests of an operation, and in their answers."""
        known = self._by_operation.get(operation.id)
        if known is None:
            marks = frozenset(_schema_marks([operation])) if self._has_schema_marks else frozenset[str]()
            known = self._by_operation[operation.id] = self._names(marks | self._always)
        return known

    @cached_property
    def names(self) -> SecretNames:
        """The secret names of all operations, for requests that match none; no body as a whole."""
        return self._names((self._all_schema_marks | self._always) - {WHOLE_BODY})

    def values_in_path(self, path: str) -> tuple[str, ...]:
        """The values of secret path parameters in a path that no operation has, percent-encoded."""
        found = (pattern.match(path) for pattern in self._path_patterns)
        exact = tuple(match[1] for match in found if match is not None)
        return exact or tuple(value for each in self._secret_paths for value in _similar_values(each, path))

    def _names(self, marks: frozenset[str]) -> SecretNames:
        return self._by_marks.setdefault(marks, SecretNames(marks))

    @cached_property
    def _always(self) -> frozenset[str]:
        """The names that are secret in every operation: those of API keys, and of the user."""
        schemes = [
            object_or_empty(scheme)
            for document in self._contract.documents
            for scheme in object_or_empty(
                object_or_empty(object_or_empty(document.data).get("components")).get("securitySchemes")
            ).values()
        ]
        keys = {str(scheme.get("name")) for scheme in schemes if scheme.get("type") == "apiKey"}
        required = {
            scheme.name
            for operation in self._contract.operations
            for requirement in operation.security
            for scheme in requirement
            if scheme.kind == "apiKey"
        }
        return self._added | keys | required

    @cached_property
    def _all_schema_marks(self) -> frozenset[str]:
        return frozenset(_schema_marks(self._contract.operations))

    @property
    def _has_schema_marks(self) -> bool:
        return bool(self._all_schema_marks)

    @cached_property
    def _path_patterns(self) -> list[re.Pattern[str]]:
        """For each secret path parameter, a pattern of paths that begin as the operation's path does."""
        return [
            _path_pattern(path, found)
            for path in dict.fromkeys(operation.path for operation in self._contract.operations)
            for found in _PLACEHOLDER.finditer(path)
            if found[1] in self.names
        ]

    @cached_property
    def _secret_paths(self) -> list[list[str | None]]:
        """The segments of the paths that have a secret parameter; None stands for other parameters."""
        paths = dict.fromkeys(operation.path for operation in self._contract.operations)
        segmented = ([self._segment(each) for each in path.split("/") if each] for path in paths)
        return [segments for segments in segmented if _SECRET in segments]

    def _segment(self, segment: str) -> str | None:
        names = _PLACEHOLDER.findall(segment)
        if not names:
            return segment.lower()
        return _SECRET if any(name in self.names for name in names) else None


def _similar_values(segments: list[str | None], path: str) -> Iterator[str]:
    """The values of secret parameters in a path that is spelled as one that has them, but for half of it."""
    sent = [each for each in _SLASH.split(path) if each]
    if len(sent) != len(segments):
        return
    fixed = [
        nearest(own.lower(), [each]) is not None
        for own, each in zip(sent, segments, strict=True)
        if each is not None and each != _SECRET
    ]
    if fixed and sum(fixed) * 2 >= len(fixed):
        yield from (own for own, each in zip(sent, segments, strict=True) if each == _SECRET)


def _path_pattern(path: str, parameter: re.Match[str]) -> re.Pattern[str]:
    """Matches paths that have a parameter's value after the same segments.

    Where no fixed segment is before the parameter, the rest of the path must be the same, too.
    """
    before, after = path[: parameter.start()], path[parameter.end() :]
    is_fixed = re.search(r"[^/]", _PLACEHOLDER.sub("", before)) is not None
    rest = "" if is_fixed else f"{_pattern(after)}/?$"
    return re.compile(f"(?:/.*)?{_pattern(before)}([^/]+){rest}")


def _pattern(template: str) -> str:
    """The regular expression of a part of a path template."""
    return "[^/]+".join(map(re.escape, re.split(r"\{[^{}]+\}", template)))


def _schema_marks(operations: Sequence[Operation]) -> Iterator[str]:
    """The names that the schemas of operations mark; WHOLE_BODY for a body that is marked as a whole."""
    starts: dict[int, tuple[DirectedDocument, list[tuple[str, str]]]] = {}
    for operation in operations:
        for directed, found in (
            (operation.requests, _requested(operation)),
            (operation.answers, _answered(operation)),
        ):
            starts.setdefault(id(directed), (directed, []))[1].extend(found)
    for directed, pointers in starts.values():
        yield from _marked_names(directed.document, pointers)
    for operation in operations:
        document = operation.requests.document
        yield from (
            name for pointer, name in _flat(operation) if any(_marked_names(document, [(pointer, name)]))
        )


def _requested(operation: Operation) -> Iterator[tuple[str, str]]:
    """The pointers of the schemas of a request, each with the name of what it describes."""
    yield from ((each.schema, each.name) for each in operation.parameters if each.schema)
    media_types = operation.body.content.values() if operation.body is not None else ()
    yield from ((media.schema, WHOLE_BODY) for media in media_types if media.schema)
    yield from (
        (each.schema, each.name)
        for media in media_types
        for encoding in media.encoding.values()
        for each in encoding.headers
        if each.schema
    )


def _flat(operation: Operation) -> Iterator[tuple[str, str]]:
    """The same for values that are serialized as one string, so that a secret in them has no name there.

    Such a string is `hush,1234,role,admin` (OpenAPI 3.1, section 4.8.12.3).
    """
    for each in operation.parameters:
        if each.schema and not each.content and not each.explode:
            yield each.schema, each.name
    media_types = operation.body.content.values() if operation.body is not None else ()
    for media in media_types:
        for name, encoding in media.encoding.items():
            if media.schema and encoding.style and not (encoding.explode or encoding.style == "deepObject"):
                yield f"{media.schema}/properties/{pointer_token(name)}", name


def _answered(operation: Operation) -> Iterator[tuple[str, str]]:
    """The same for its answers."""
    for response in operation.responses.values():
        yield from ((each.schema, each.name) for each in response.headers if each.schema)
        yield from ((media.schema, WHOLE_BODY) for media in response.content.values() if media.schema)


def _marked_names(document: Json, starts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The marked names in the schemas at these pointers, each given with the name around it."""
    waiting = [(value_at(document, pointer), name) for pointer, name in dict.fromkeys(starts)]
    seen: set[tuple[int, str]] = set()
    while waiting:
        schema, name = waiting.pop()
        if not isinstance(schema, dict) or (id(schema), name) in seen:
            continue
        seen.add((id(schema), name))
        if schema.get("writeOnly") is True or schema.get("format") == "password":
            yield name
            if isinstance(alias := object_or_empty(schema.get("xml")).get("name"), str):
                yield alias
        if isinstance(reference := schema.get("$ref"), str):
            waiting.append((value_at(document, pointer_of(reference)), name))
        waiting += [
            (child, str(tokens[1]) if tokens[0] == "properties" else name)
            for tokens, child in children(schema)
            if tokens[0] != "$defs"
        ]
