"""Generate objects: the names and values of their members."""

from collections.abc import Iterator
from random import Random

from mockserver.contract.sampling.coherence import is_left_out
from mockserver.contract.sampling.context import Keywords, Sampler, SamplingContext, Unsatisfiable
from mockserver.contract.sampling.merging import both, count_limit, listed, mapping, member_schemas
from mockserver.contract.sampling.pattern_strings import NoMatchingString, pattern_string
from mockserver.data.json import Json

_OMITTED = {"response": "writeOnly", "request": "readOnly"}
PRESENT = 0.7  # probability of an optional member in a varied object
NAMES = 200  # additional names tried
LIMIT = 10_000  # members of one object


def make_object(keywords: Keywords, context: SamplingContext, sampler: Sampler) -> dict[str, Json]:
    """Generate an object that the keywords allow; raises Unsatisfiable."""
    return _ObjectBuilder(keywords, context, sampler).build()


def is_omitted(schema: Json, sampler: Sampler) -> bool:
    """Whether an optional property is omitted: readOnly in a request, writeOnly in a response."""
    return isinstance(schema, dict) and schema.get(_OMITTED[sampler.direction]) is True


class _ObjectBuilder:
    """Builds one object: required members first, then optional and undeclared ones."""

    def __init__(self, keywords: Keywords, context: SamplingContext, sampler: Sampler) -> None:
        self._keywords = keywords
        self._context = context
        self._sampler = sampler
        self._least = count_limit(keywords, "minProperties") or 0
        self._most = count_limit(keywords, "maxProperties")
        self._members: dict[str, Json] = {}

    def build(self) -> dict[str, Json]:
        if self._most is not None and self._least > self._most:
            raise self._context.unsatisfiable(
                f"minProperties {self._least} is greater than maxProperties {self._most}"
            )
        if self._least > LIMIT:
            raise self._context.unsatisfiable(
                f"minProperties {self._least} exceeds the limit of {LIMIT:,} generated members"
            )
        required = self._with_dependents(map(str, listed(self._keywords.get("required", []))))
        if self._most is not None and len(required) > self._most:
            reason = f"{len(required)} required properties exceed maxProperties {self._most}"
            raise self._context.unsatisfiable(reason)
        self._add(required)
        properties = mapping(self._keywords, "properties")
        optional = [
            name
            for name, schema in properties.items()
            if name not in self._members and not is_omitted(schema, self._sampler)
        ]
        left_out = [name for name in optional if is_left_out(name, self._context)]
        for name in optional:
            if name in left_out:
                self._add_null(name)
            elif name not in self._members and self._wants_optional():
                self._try_to_add(name)
        for name in left_out if len(self._members) < self._least else ():
            self._try_to_add(name)
        self._add_undeclared()
        if len(self._members) < self._least:
            reason = f"minProperties {self._least} exceeds the {len(self._members)} members that were found"
            raise self._context.unsatisfiable(reason)
        return {name: self._members[name] for name in properties if name in self._members} | self._members

    def _with_dependents(self, names: Iterator[str]) -> list[str]:
        """The names, followed by those that they require by `dependentRequired`."""
        found = list(dict.fromkeys(names))
        if "dependentRequired" not in self._keywords:
            return found
        dependent = mapping(self._keywords, "dependentRequired")
        for name in found:
            found.extend(str(other) for other in listed(dependent.get(name, [])) if other not in found)
        return found

    def _wants_optional(self) -> bool:
        """Whether to add the next optional member."""
        if len(self._members) < self._least:
            return True
        if self._context.is_deep or self._sampler.is_busy:
            return False
        return self._context.rng is None or self._context.chance(PRESENT)

    def _try_to_add(self, name: str) -> None:
        """Add an optional member and those that it requires, if there is room and a value for each."""
        before = dict(self._members)
        names = [each for each in self._with_dependents(iter([name])) if each not in self._members]
        if self._most is not None and len(self._members) + len(names) > self._most:
            return
        try:
            self._add(names)
        except Unsatisfiable:
            self._members = before

    def _add_null(self, name: str) -> None:
        """Add an optional member as null if its own type allows that: not every client takes another null."""
        has_room = self._most is None or len(self._members) < self._most
        if has_room and name not in mapping(self._keywords, "dependentRequired") and self._wants_optional():
            schema = self._schema(name)
            types = listed(schema.get("type")) if isinstance(schema, dict) else []
            if "null" in types and self._sampler.fits(None, schema):
                self._members[name] = None

    def _add(self, names: list[str]) -> None:
        for name in names:
            if "propertyNames" in self._keywords and not self._is_valid_name(name):
                raise self._context.unsatisfiable(f"propertyNames does not allow the property {name!r}")
            schema = self._schema(name)
            if schema is False:
                raise self._context.unsatisfiable(
                    f"the property {name!r} is required, but its schema is false"
                )
            declared = name in mapping(self._keywords, "properties")
            tokens = ("properties", name) if declared else ("additionalProperties",)
            self._members[name] = self._sampler.sample(schema, self._context.member(name, *tokens))

    def _schema(self, name: str) -> Json:
        found = member_schemas(self._keywords, name)
        return both(*found) if found else self._keywords.get("unevaluatedProperties", True)

    def _is_valid_name(self, name: str) -> bool:
        return self._sampler.fits(name, self._keywords["propertyNames"])

    def _add_undeclared(self) -> None:
        """Add undeclared members: as many as minProperties requires, or one as an example in a map."""
        target = max(self._least, self._map_size())
        for attempt in range(NAMES + target):
            if len(self._members) >= target:
                return
            name = self._undeclared_name(attempt)
            if name is not None and name not in self._members:
                self._try_to_add(name)

    def _map_size(self) -> int:
        """The wanted number of members if the object is a map, otherwise 0."""
        schema = self._keywords.get("additionalProperties")
        is_map = isinstance(schema, dict) and bool(schema) and not mapping(self._keywords, "properties")
        is_map = is_map or bool(mapping(self._keywords, "patternProperties"))
        if not is_map or self._context.is_deep or self._sampler.is_busy:
            return 0
        extra = 1 if self._context.rng is None else self._context.rng.randint(0, 3)
        size = len(self._members) + extra
        return size if self._most is None else min(size, self._most)

    def _undeclared_name(self, attempt: int) -> str | None:
        """A name for an undeclared member: from a pattern, from `propertyNames`, or `key`."""
        patterns = list(mapping(self._keywords, "patternProperties"))
        index = attempt % (len(patterns) + 1)
        try:
            if index < len(patterns):
                return pattern_string(patterns[index], self._varied(attempt).rng)
            if "propertyNames" in self._keywords:
                names = both({"type": "string"}, self._keywords["propertyNames"])
                return str(self._sampler.sample(names, self._varied(attempt).below("propertyNames")))
        except (NoMatchingString, Unsatisfiable):
            return None
        return f"key{attempt + 1}" if attempt else "key"

    def _varied(self, attempt: int) -> SamplingContext:
        """The context, with a source of randomness after the first attempt."""
        return self._context if attempt == 0 else self._context.with_rng(self._context.rng or Random(attempt))
