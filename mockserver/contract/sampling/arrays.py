"""Lists: how many items, and which."""

from mockserver.contract.sampling.context import Keywords, Sampler, SamplingContext, Unsatisfiable
from mockserver.contract.sampling.merging import both, item, limit, listed
from mockserver.data.json import Json

LIMIT = 10_000  # items of one list
VARIETY = 3  # items beyond the least in a varied list


def make_array(keywords: Keywords, context: SamplingContext, sampler: Sampler) -> list[Json]:
    """A list that the keywords allow; raises Unsatisfiable."""
    least, most = limit(keywords, "minItems") or 0, limit(keywords, "maxItems")
    if most is not None and least > most:
        raise context.refuse(f"minItems {least} is above maxItems {most}")
    if least > LIMIT:
        raise context.refuse(f"minItems {least} is more than the {LIMIT} items that are written")
    least = max(least, _to_contain(keywords))
    length = _length(keywords, context, sampler, least, most)
    items: list[Json] = []
    contained = 0
    while len(items) < length or contained < _to_contain(keywords):
        if most is not None and len(items) >= most:
            raise context.refuse(f"maxItems {most} leaves no room for the items that contains asks for")
        try:
            items.append(_next(keywords, items, contained, context, sampler))
        except Unsatisfiable:
            if len(items) < least:
                raise
            break
        if "contains" in keywords and sampler.fits(items[-1], keywords["contains"]):
            contained += 1
    return items


def _to_contain(keywords: Keywords) -> int:
    if "contains" not in keywords:
        return 0
    least = limit(keywords, "minContains")
    return 1 if least is None else least


def _length(
    keywords: Keywords, context: SamplingContext, sampler: Sampler, least: int, most: int | None
) -> int:
    lifelike = max(least, len(listed(keywords.get("prefixItems", []))), 1)
    if context.is_deep or sampler.is_busy:
        lifelike = least
    elif context.rng is not None:
        lifelike = context.rng.randint(least, max(lifelike, least + VARIETY))
    return lifelike if most is None else min(lifelike, most)


def _next(
    keywords: Keywords, items: list[Json], contained: int, context: SamplingContext, sampler: Sampler
) -> Json:
    """The next item; one that `contains` looks for, as long as there are too few and the context takes it."""
    index = len(items)
    schema = item(keywords, index)
    prefixed = index < len(listed(keywords.get("prefixItems", [])))
    if not prefixed and "items" not in keywords:
        schema = keywords.get("unevaluatedItems", True)
    spot = context.below("prefixItems", index) if prefixed else context.below("items")
    if keywords.get("uniqueItems") and items:
        schema = both(schema, {"not": {"enum": items.copy()}})
    if "contains" not in keywords:
        return sampler.sample(schema, spot)
    wanted = keywords["contains"]
    if contained < _to_contain(keywords):
        try:
            return sampler.sample(both(schema, wanted), context.below("contains"))
        except Unsatisfiable:
            if not prefixed:
                raise
    greatest = limit(keywords, "maxContains")
    if greatest is not None and contained >= greatest:
        schema = both(schema, {"not": wanted})
    return sampler.sample(schema, spot)
