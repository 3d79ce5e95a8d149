"""Generate arrays: their length and their items."""

from mockserver.contract.sampling.context import Keywords, Sampler, SamplingContext, Unsatisfiable
from mockserver.contract.sampling.merging import both, count_limit, item_schema, listed
from mockserver.data.json import Json

LIMIT = 10_000  # items of one array
VARIETY = 3  # most items of a varied array beyond minItems


def make_array(keywords: Keywords, context: SamplingContext, sampler: Sampler) -> list[Json]:
    """Generate an array that the keywords allow; raises Unsatisfiable."""
    least, most = count_limit(keywords, "minItems") or 0, count_limit(keywords, "maxItems")
    if most is not None and least > most:
        raise context.unsatisfiable(f"minItems {least} is greater than maxItems {most}")
    if least > LIMIT:
        raise context.unsatisfiable(f"minItems {least} exceeds the limit of {LIMIT:,} generated items")
    least = max(least, _least_contained(keywords))
    length = _length(keywords, context, sampler, least, most)
    items: list[Json] = []
    contained = 0
    while len(items) < length or contained < _least_contained(keywords):
        if most is not None and len(items) >= most:
            raise context.unsatisfiable(f"maxItems {most} is too small for the items that contains requires")
        if len(items) >= length + _least_contained(keywords):
            raise context.unsatisfiable("no items were found that contains requires")
        try:
            items.append(_next_item(keywords, items, contained, context, sampler))
        except Unsatisfiable:
            if len(items) < least:
                raise
            break
        if "contains" in keywords and sampler.fits(items[-1], keywords["contains"]):
            contained += 1
    return items


def _least_contained(keywords: Keywords) -> int:
    """How many items must match `contains`."""
    if "contains" not in keywords:
        return 0
    least = count_limit(keywords, "minContains")
    return 1 if least is None else least


def _length(
    keywords: Keywords, context: SamplingContext, sampler: Sampler, least: int, most: int | None
) -> int:
    """The number of items: a realistic one, or the least possible in a deep or large value."""
    realistic = max(least, len(listed(keywords.get("prefixItems", []))), 1)
    if context.is_deep or sampler.is_busy:
        realistic = least
    elif context.rng is not None:
        realistic = context.rng.randint(least, max(realistic, least + VARIETY))
    return realistic if most is None else min(realistic, most)


def _next_item(
    keywords: Keywords, items: list[Json], contained: int, context: SamplingContext, sampler: Sampler
) -> Json:
    """Generate the next item: one that matches `contains` while too few do, if prefixItems allows it."""
    index = len(items)
    schema = item_schema(keywords, index)
    is_prefix = index < len(listed(keywords.get("prefixItems", [])))
    if not is_prefix and "items" not in keywords:
        schema = keywords.get("unevaluatedItems", True)
    item_context = context.below("prefixItems", index) if is_prefix else context.below("items")
    if keywords.get("uniqueItems") and items:
        schema = both(schema, {"not": {"enum": items.copy()}})
    if "contains" not in keywords:
        return sampler.sample(schema, item_context)
    contains = keywords["contains"]
    if contained < _least_contained(keywords):
        try:
            return sampler.sample(both(schema, contains), context.below("contains"))
        except Unsatisfiable:
            if not is_prefix:
                raise
    most_contained = count_limit(keywords, "maxContains")
    if most_contained is not None and contained >= most_contained:
        schema = both(schema, {"not": contains})
    return sampler.sample(schema, item_context)
