"""The keywords that apply other schemas to what is in a value: members, their names, and items."""

from collections.abc import Callable, Mapping
from functools import partial
from math import inf

from mockserver.contract import ecma
from mockserver.contract.schema.evaluation import Failure, Spot, Steps
from mockserver.contract.schema.keyword import Compile, Keyword, Rule
from mockserver.contract.schema.sentences import count, quoted, unknown_property

LIMIT_GUESSES = 20  # beyond so many unknown properties the body is of another kind: no guessing


def _properties(keyword: Keyword) -> Rule:
    schemas = {name: keyword.below(keyword.name, name) for name in keyword.value}

    def rule(spot: Spot) -> Steps:
        if isinstance(spot.value, dict):
            for name, schema in schemas.items():
                if name in spot.value:
                    spot.look(name)
                    yield schema, spot.child(name)

    return rule


def _pattern_properties(keyword: Keyword) -> Rule:
    schemas = {pattern: keyword.below(keyword.name, pattern) for pattern in keyword.value}

    def rule(spot: Spot) -> Steps:
        if isinstance(spot.value, dict):
            for pattern, schema in schemas.items():
                for name in spot.value:
                    if ecma.matches(pattern, name):
                        spot.look(name)
                        yield schema, spot.child(name)

    return rule


def _property_names(keyword: Keyword) -> Rule:
    schema = keyword.below(keyword.name)

    def rule(spot: Spot) -> Steps:
        for name in spot.value if isinstance(spot.value, dict) else ():
            trial = Spot(name, spot.path)
            yield schema, trial
            spot.fail(_about_name(name, failure) for failure in trial.failures)

    return rule


def _about_name(name: str, failure: Failure) -> Failure:
    def sentence() -> str:
        return f"the name of the property {quoted(name)}: {failure.sentence()}"

    return Failure(failure.keyword, failure.rule, failure.path, sentence)


def _additional_properties(keyword: Keyword) -> Rule:
    named = keyword.beside.get("properties", {})
    patterns = keyword.beside.get("patternProperties", {})

    def is_spoken_of(name: str) -> bool:
        return name in named or any(ecma.matches(pattern, name) for pattern in patterns)

    rest = _rest_of_properties(keyword)
    return lambda spot: rest(spot, is_spoken_of)


def _unevaluated_properties(keyword: Keyword) -> Rule:
    rest = _rest_of_properties(keyword)
    return lambda spot: rest(spot, (spot.seen or frozenset()).__contains__)


def _rest_of_properties(keyword: Keyword) -> Callable[[Spot, Callable[[str], bool]], Steps]:
    """Applies the keyword's schema to the properties that are not spoken of elsewhere."""
    schema = keyword.below(keyword.name)
    known = keyword.beside.get("properties", {})

    def rest(spot: Spot, is_spoken_of: Callable[[str], bool]) -> Steps:
        value = spot.value if isinstance(spot.value, dict) else {}
        names = [name for name in value if not is_spoken_of(name)]
        for name in names:
            spot.look(name)
            if keyword.value is False:
                guesses = known if len(names) <= LIMIT_GUESSES else ()
                keyword.fail(spot.child(name), partial(unknown_property, name, guesses))
            else:
                yield schema, spot.child(name)

    return rest


def _prefix_items(keyword: Keyword) -> Rule:
    schemas = [keyword.below(keyword.name, index) for index in range(len(keyword.value))]

    def rule(spot: Spot) -> Steps:
        if isinstance(spot.value, list):
            for index, schema in enumerate(schemas[: len(spot.value)]):
                spot.look(index)
                yield schema, spot.child(index)

    return rule


def _items(keyword: Keyword) -> Rule:
    schema = keyword.below(keyword.name)
    first = len(keyword.beside.get("prefixItems", ()))

    def too_many() -> str:
        return f"the list may have {count(first, 'item', 'items')}, no more"

    def rule(spot: Spot) -> Steps:
        for index in range(first, len(spot.value)) if isinstance(spot.value, list) else ():
            spot.look(index)
            if keyword.value is False:
                keyword.fail(spot.child(index), too_many)
            else:
                yield schema, spot.child(index)

    return rule


def _contains(keyword: Keyword) -> Rule:
    schema = keyword.below(keyword.name)
    least, most = keyword.beside.get("minContains", 1), keyword.beside.get("maxContains", inf)

    def rule(spot: Spot) -> Steps:
        if not isinstance(spot.value, list):
            return
        fitting = 0
        for index in range(len(spot.value)):
            trial = Spot(spot.value[index], spot.path.to(index))
            yield schema, trial
            if not trial.failures:
                fitting += 1
                spot.look(index)
        for bound, limit, broken in (("least", least, fitting < least), ("most", most, fitting > most)):
            if broken:
                sentence = f"expected at {bound} {limit} fitting among the items, found {fitting}"
                keyword.fail(spot, sentence.__str__)

    return rule


def _unevaluated_items(keyword: Keyword) -> Rule:
    schema = keyword.below(keyword.name)

    def rule(spot: Spot) -> Steps:
        for index in range(len(spot.value)) if isinstance(spot.value, list) else ():
            if index in (spot.seen or ()):
                continue
            spot.look(index)
            if keyword.value is False:
                keyword.fail(spot.child(index), lambda: "no part of the schema allows this item")
            else:
                yield schema, spot.child(index)

    return rule


INSIDE: Mapping[str, Compile] = {
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "propertyNames": _property_names,
    "prefixItems": _prefix_items,
    "items": _items,
    "contains": _contains,
    "unevaluatedProperties": _unevaluated_properties,
    "unevaluatedItems": _unevaluated_items,
}
