"""What is wrong with schemas themselves: malformed keywords, references to nothing and in circles."""

from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property

from mockserver.contract import ecma
from mockserver.contract.dialect import IN_PLACE, children
from mockserver.contract.schema.compiler import Compiler
from mockserver.contract.schema.evaluation import Applied, failures
from mockserver.contract.schema.library import CONTRACT, Library, Place, Unresolvable
from mockserver.contract.schema.metaschema import META_SCHEMA, hint
from mockserver.model import Json
from mockserver.nearest import did_you_mean
from mockserver.reading import Fault, kind, pointer_token


class Inspection:
    """Looks at the schemas of a library, at each of them once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._faults: dict[tuple[str, str], list[Fault]] = {}
        self._next: dict[tuple[str, str], list[Place]] = {}

    def faults(self, starts: Iterable[Place]) -> list[Fault]:
        """What is wrong with these schemas, with those in them, and with those that they lead to."""
        found: list[Fault] = []
        waiting, seen = deque(starts), set()
        while waiting:
            place = waiting.popleft()
            key = place.document, place.pointer
            if key in seen:
                continue
            seen.add(key)
            if key not in self._faults:
                self._faults[key] = list(self._faults_at(place))
            found += self._faults[key]
            waiting.extend(place.below(*tokens) for tokens, _ in children(place.schema))
            waiting.extend(self._targets(place))
        return found

    def _faults_at(self, place: Place) -> Iterator[Fault]:
        for failure in failures(_META, place.schema):
            message = failure.sentence() + hint(place.schema, failure.path.pointer)
            yield Fault(place.address + failure.path.pointer, message)
        if isinstance(place.schema, dict):
            yield from _bad_patterns(place.address, place.schema)
        for keyword, reference in _references(place.schema):
            problem = self._problem(place, reference)
            if problem:
                yield Fault(f"{place.address}/{keyword}", f"{reference!r} {problem}")

    def _problem(self, place: Place, reference: str) -> str | None:
        """What is wrong with a reference at this place."""
        try:
            target = self._library.follow(place, reference)
        except Unresolvable as error:
            return self._leads_nowhere(place, reference, error.document)
        if not isinstance(target.schema, dict | bool):
            return f"leads to {kind(target.schema)}, which is no schema"
        if self._circles(place):
            return "leads back here without looking into the value"
        return None

    def _leads_nowhere(self, place: Place, reference: str, unknown: str | None) -> str:
        if unknown is not None:
            return f"leads to the document {unknown!r}, which was not loaded"
        if not reference.startswith("#"):
            return "leads to nothing there"
        if not reference.startswith("#/"):
            return f"leads to nothing{did_you_mean(reference[1:], self._library.anchors(place.base))}"
        if place.base != self._library.uri(place.document):
            return f"leads to nothing in {place.base!r}, the '$id' that it is read against"
        return f"leads to nothing{did_you_mean(reference.rpartition('/')[2], self._components)}"

    @cached_property
    def _components(self) -> list[str]:
        """The names to guess from."""
        parts = [each.pointer.split("/") for each in self._library.contract()]
        return [part[3] for part in parts if part[1:3] == ["components", "schemas"] and len(part) == 4]

    def _circles(self, start: Place) -> bool:
        """Whether judging a value by this schema comes back to it with the same value, so never ends."""
        waiting, seen = [start], set()
        while waiting:
            place = waiting.pop()
            for following in self._about_the_same(place):
                key = following.document, following.pointer
                if key == (start.document, start.pointer):
                    return True
                if key not in seen:
                    seen.add(key)
                    waiting.append(following)
        return False

    def _about_the_same(self, place: Place) -> list[Place]:
        """The schemas that this one applies to the very same value."""
        key = place.document, place.pointer
        if key not in self._next:
            below = [place.below(*tokens) for tokens, _ in children(place.schema) if tokens[0] in IN_PLACE]
            self._next[key] = below + self._targets(place)
        return self._next[key]

    def _targets(self, place: Place) -> list[Place]:
        """The schemas that the references at a place may lead to."""
        found: list[Place] = []
        for keyword, reference in _references(place.schema):
            try:
                if keyword == "$ref":
                    found.append(self._library.follow(place, reference))
                else:
                    found += self._library.rivals(place, reference)
            except Unresolvable:
                continue  # a fault of its own
        return [each for each in found if isinstance(each.schema, dict | bool)]


def _references(schema: Json) -> Iterator[tuple[str, str]]:
    if isinstance(schema, dict):
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(reference := schema.get(keyword), str):
                yield keyword, reference


def _bad_patterns(pointer: str, schema: dict[str, Json]) -> Iterator[Fault]:
    places = [(f"{pointer}/pattern", schema.get("pattern"))]
    if isinstance(named := schema.get("patternProperties"), dict):
        places += [(f"{pointer}/patternProperties/{pointer_token(each)}", each) for each in named]
    for place, pattern in places:
        if isinstance(pattern, str):
            try:
                ecma.compile_pattern(pattern)
            except ecma.BadPattern as bad:
                yield Fault(place, str(bad))


def _meta_schema() -> Applied:
    library = Library(META_SCHEMA)
    return Compiler(library).schema(library.place(CONTRACT, ""))


_META = _meta_schema()
