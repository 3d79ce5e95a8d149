"""Hypothesis strategies for worlds of the cart model."""

from collections.abc import Iterable
from types import MappingProxyType

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from mockserver.models.carts.states import State
from mockserver.models.carts.world import (
    LAYOUTS,
    SCOPES,
    Address,
    Cart,
    Company,
    Country,
    Device,
    Line,
    Mode,
    Product,
    Token,
    User,
    World,
)

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ids = st.integers(1, 10**18 - 1)
names = st.text(max_size=5)
codes = st.sampled_from(["FR", "BE", "DE", "ES"])
currencies = st.sampled_from(["EUR", "GBP"])
amounts = st.decimals(0, 10**9 - 1, places=2)
tokens = st.from_regex(r"flt_sk_[A-Za-z0-9_-]{1,4}", fullmatch=True)


def optional(values: Iterable[int]) -> st.SearchStrategy[int | None]:
    return st.sampled_from([None, *values])


def products(countries: list[str]) -> st.SearchStrategy[Product]:
    def of(uses_layouts: bool) -> st.SearchStrategy[Product]:
        layouts = st.sampled_from(LAYOUTS) if uses_layouts else st.none()
        tariffs = st.tuples(currencies, st.sampled_from(Mode), layouts)
        sold = st.lists(st.sampled_from(countries), unique=True).map(tuple)
        prices = st.dictionaries(tariffs, amounts, max_size=3)
        return st.builds(Product, names, st.just(uses_layouts), sold, prices)

    return st.booleans().flatmap(of)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A consistent world: every id in it refers to an existing entry."""
    company_ids = draw(st.lists(ids, min_size=1, max_size=2, unique=True))
    owners = st.sampled_from(company_ids)
    countries = draw(st.dictionaries(codes, st.builds(Country, names), min_size=1))
    places = st.sampled_from(sorted(countries))
    users = draw(st.dictionaries(ids, st.builds(User, owners, names), max_size=3))
    addresses = draw(st.dictionaries(ids, st.builds(Address, owners, names, places), max_size=3))
    catalogue = draw(st.dictionaries(ids, products(sorted(countries)), min_size=1, max_size=2))
    device_ids = iter(draw(st.lists(ids, min_size=6, max_size=6, unique=True)))

    def own(things: dict[int, User] | dict[int, Address], company: int) -> st.SearchStrategy[int | None]:
        return optional(id_ for id_, thing in things.items() if thing.company == company)

    def cart() -> Cart:
        owner = draw(owners)
        mine, ours = own(users, owner), own(addresses, owner)
        layouts = st.none() | st.sampled_from(LAYOUTS)
        lines = draw(
            st.lists(st.builds(Line, st.sampled_from([*catalogue]), places, layouts, mine, ours), max_size=2)
        )
        devices = tuple(Device(next(device_ids), line) for line in lines)
        return Cart(
            owner, draw(st.sampled_from(State)), draw(st.sampled_from(Mode)), draw(mine), draw(ours), devices
        )

    carts = {str(id_): cart() for id_ in draw(st.lists(ids, max_size=3, unique=True))}
    used = [device.id for each in carts.values() for device in each.devices]
    return World(
        default_company=draw(owners),
        companies={
            id_: Company(draw(names), draw(currencies), draw(own(addresses, id_))) for id_ in company_ids
        },
        tokens=draw(
            st.dictionaries(
                tokens, st.builds(Token, optional(company_ids), st.frozensets(st.sampled_from(SCOPES)))
            )
        ),
        countries=countries,
        users=users,
        addresses=addresses,
        products=catalogue,
        carts=MappingProxyType(carts),
        next_device_id=max(used, default=0) + draw(st.integers(1, 3)),
    )
