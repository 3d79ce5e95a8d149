"""What `check --stateful` prints of each collection: how it was read from the contract, and what was not."""

from collections.abc import Iterator

from mockserver.models.resources.collections import Collection, Role
from mockserver.models.resources.listing import Listing
from mockserver.models.resources.model import ResourceModel
from mockserver.models.resources.query_parameters import QueryParameters, Use


def report(model: ResourceModel) -> Iterator[str]:
    """The lines about each collection, in the order of the contract."""
    for collection in model.collections.values():
        roles = [role for role in model.roles if role.collection is collection]
        listings = [model.listings[each.operation.id] for each in roles if each.action == "list"]
        yield f"{collection.path}: {', '.join(_facts(collection, roles, listings))}"
        for sentence in _unread(collection, listings):
            yield f"  not read: {sentence}"


def _facts(collection: Collection, roles: list[Role], listings: list[Listing]) -> Iterator[str]:
    if any(each.action in ("get", "set") for each in roles):
        yield "one resource without an id"
    yield f"envelope {_envelopes(roles)}"
    if collection.item_path is not None:
        further = "".join(f" or {name}" for name in collection.identity.further)
        yield f"id {collection.identity}{further}"
    for listing in listings:
        yield from _query_facts(listing.parameters)
    if collection.unique:
        yield f"unique {' and '.join(collection.unique)}"
    parents = [each.collection for each in collection.parents if each.collection is not None]
    if parents:
        yield f"below {' and '.join(parents)}"
    if not collection.is_kept:
        yield "nothing creates items: the contract's examples answer until the state has some"


def _envelopes(roles: list[Role]) -> str:
    """The envelopes of lists and of single items in answers, and of requests that have one."""
    lists = [str(each.envelope) for each in roles if each.action == "list"]
    shown = [each for each in roles if each.action in ("read", "get")]
    shown = shown or [each for each in roles if each.action in ("create", "replace", "change", "set")]
    sent = {str(each.request_envelope) for each in roles if each.request_envelope.path}
    answers = dict.fromkeys([*lists, *(str(each.envelope) for each in shown)])
    return " and ".join(answers or ["none"]) + "".join(f", in requests {each}" for each in sorted(sent))


def _query_facts(parameters: QueryParameters) -> Iterator[str]:
    """What filters, pages, sorts and searches, by the names of parameters."""
    filters = dict.fromkeys(each.parameter for each in parameters.filters)
    uses: dict[str, tuple[Use, ...]] = {
        "pages": ("limit", "page", "offset", "after", "before"), "sorts": ("sort", "order"),
        "searches": ("search",),
    }  # fmt: skip
    yield f"filters {' '.join(filters) or 'none'}"
    for verb, group in uses.items():
        names = [name for use in group for name in parameters.named(use)]
        if names or verb != "searches":
            yield f"{verb} {' '.join(names) or 'none'}"


def _unread(collection: Collection, listings: list[Listing]) -> Iterator[str]:
    yield from collection.remarks
    for listing in listings:
        for name, reason in listing.parameters.unread.items():
            yield f"query parameter {name}: {reason}"
