"""Objects: which members, and under which names."""

from collections.abc import Iterator
from random import Random

from mockserver.contract.sampling.context import Keywords, Sampler, SamplingContext, Unsatisfiable
from mockserver.contract.sampling.merging import both, limit, listed, mapping, members
from mockserver.contract.sampling.pattern_strings import NoMatchingString, pattern_string
from mockserver.data.json import Json

HIDDEN = {"response": "writeOnly", "request": "readOnly"}
PRESENT = 0.7  # the chance of an optional member in a varied object
NAMES = 200  # extra names tried
LIMIT = 10_000  # members of one object


def make_object(keywords: Keywords, context: SamplingContext, sampler: Sampler) -> dict[str, Json]:
    """An object that the keywords allow; raises Unsatisfiable."""
    return _Maker(keywords, context, sampler).made()


def hidden(schema: Json, sampler: Sampler) -> bool:
    """Whether a property stays out of this direction, unless it is required."""
    return isinstance(schema, dict) and schema.get(HIDDEN[sampler.direction]) is True


class _Maker:
    def __init__(self, keywords: Keywords, context: SamplingContext, sampler: Sampler) -> None:
        self._keywords = keywords
        self._context = context
        self._sampler = sampler
        self._least = limit(keywords, "minProperties") or 0
        self._most = limit(keywords, "maxProperties")
        self._made: dict[str, Json] = {}

    def made(self) -> dict[str, Json]:
        if self._most is not None and self._least > self._most:
            raise self._context.refuse(f"minProperties {self._least} is above maxProperties {self._most}")
        if self._least > LIMIT:
            raise self._context.refuse(
                f"minProperties {self._least} is more than the {LIMIT} that are written"
            )
        required = self._with_dependents(map(str, listed(self._keywords.get("required", []))))
        if self._most is not None and len(required) > self._most:
            reason = f"{len(required)} required properties are more than maxProperties {self._most}"
            raise self._context.refuse(reason)
        self._add(required)
        properties = mapping(self._keywords, "properties")
        for name, schema in properties.items():
            if name not in self._made and not hidden(schema, self._sampler) and self._wanted():
                self._try(name)
        self._add_extra()
        if len(self._made) < self._least:
            reason = f"minProperties {self._least} is above the {len(self._made)} members found"
            raise self._context.refuse(reason)
        return {name: self._made[name] for name in properties if name in self._made} | self._made

    def _with_dependents(self, names: Iterator[str]) -> list[str]:
        """The names and all that they require by `dependentRequired`, in order."""
        dependent = mapping(self._keywords, "dependentRequired")
        found = list(dict.fromkeys(names))
        for name in found:
            found.extend(str(other) for other in listed(dependent.get(name, [])) if other not in found)
        return found

    def _wanted(self) -> bool:
        if len(self._made) < self._least:
            return True
        if self._context.is_deep or self._sampler.is_busy:
            return False
        return self._context.rng is None or self._context.chance(PRESENT)

    def _try(self, name: str) -> None:
        """Add an optional member with what it requires, where there is room and a value for each."""
        before = dict(self._made)
        names = [each for each in self._with_dependents(iter([name])) if each not in self._made]
        if self._most is not None and len(self._made) + len(names) > self._most:
            return
        try:
            self._add(names)
        except Unsatisfiable:
            self._made = before

    def _add(self, names: list[str]) -> None:
        for name in names:
            if "propertyNames" in self._keywords and not self._named_well(name):
                raise self._context.refuse(f"propertyNames does not allow the property {name!r}")
            schema = self._schema(name)
            if schema is False:
                raise self._context.refuse(f"the property {name!r} is required, but nothing is allowed there")
            declared = name in mapping(self._keywords, "properties")
            tokens = ("properties", name) if declared else ("additionalProperties",)
            self._made[name] = self._sampler.sample(schema, self._context.member(name, *tokens))

    def _schema(self, name: str) -> Json:
        found = members(self._keywords, name)
        return both(*found) if found else self._keywords.get("unevaluatedProperties", True)

    def _named_well(self, name: str) -> bool:
        return self._sampler.fits(name, self._keywords["propertyNames"])

    def _add_extra(self) -> None:
        """Members that no property names: as many as the least asks for, or one to show what a map holds."""
        target = max(self._least, self._shown())
        for attempt in range(NAMES + target):
            if len(self._made) >= target:
                return
            name = self._extra_name(attempt)
            if name is not None and name not in self._made:
                self._try(name)

    def _shown(self) -> int:
        schema = self._keywords.get("additionalProperties")
        is_map = isinstance(schema, dict) and bool(schema) and not mapping(self._keywords, "properties")
        is_map = is_map or bool(mapping(self._keywords, "patternProperties"))
        if not is_map or self._context.is_deep or self._sampler.is_busy:
            return 0
        extra = 1 if self._context.rng is None else self._context.rng.randint(0, 3)
        shown = len(self._made) + extra
        return shown if self._most is None else min(shown, self._most)

    def _extra_name(self, attempt: int) -> str | None:
        """A name that is free to use: of a pattern, of `propertyNames`, or just a key."""
        patterns = list(mapping(self._keywords, "patternProperties"))
        turn = attempt % (len(patterns) + 1)
        try:
            if turn < len(patterns):
                return pattern_string(patterns[turn], self._freer(attempt).rng)
            if "propertyNames" in self._keywords:
                names = both({"type": "string"}, self._keywords["propertyNames"])
                return str(self._sampler.sample(names, self._freer(attempt).below("propertyNames")))
        except (NoMatchingString, Unsatisfiable):
            return None
        return f"key{attempt + 1}" if attempt else "key"

    def _freer(self, attempt: int) -> SamplingContext:
        """The context, with a free choice once the plain name was tried."""
        return self._context if attempt == 0 else self._context.with_rng(self._context.rng or Random(attempt))
