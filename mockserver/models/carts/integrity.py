"""Every id that a world names must be there, and be the right company's."""

from collections.abc import Iterator, Mapping

from mockserver.data.reading import DataError, pointer_token
from mockserver.data.suggest import did_you_mean
from mockserver.models.carts.world import Cart, Company, World


def faults(world: World) -> Iterator[DataError]:
    """What contradicts itself in a world, by its pointer in the form that `dumping.dump` writes."""
    yield from _known("/default_company", "company", world.default_company, world.companies)
    for id_, company in world.companies.items():
        yield from _company(f"/companies/{id_}", id_, company, world)
    for key, token in world.tokens.items():
        yield from _known(f"/tokens/{pointer_token(key)}/company", "company", token.company, world.companies)
    for id_, user in world.users.items():
        yield from _known(f"/users/{id_}/company", "company", user.company, world.companies)
    for id_, address in world.addresses.items():
        yield from _known(f"/addresses/{id_}/company", "company", address.company, world.companies)
        yield from _known(f"/addresses/{id_}/country", "country", address.country, world.countries)
    for id_, product in world.products.items():
        for index, country in enumerate(product.countries):
            yield from _known(f"/products/{id_}/countries/{index}", "country", country, world.countries)
    for order_id, cart in world.carts.items():
        yield from _cart(f"/carts/{order_id}", cart, world)
    yield from _devices_given_twice(world)


def _company(at: str, id_: int, company: Company, world: World) -> Iterator[DataError]:
    yield from _address(f"{at}/default_address", company.default_address, id_, world)


def _cart(at: str, cart: Cart, world: World) -> Iterator[DataError]:
    owner = cart.company
    yield from _known(f"{at}/company", "company", owner, world.companies)
    yield from _user(f"{at}/purchaser", cart.purchaser, owner, world)
    yield from _address(f"{at}/shipping_address", cart.shipping_address, owner, world)
    for index, device in enumerate(cart.devices):
        line, place = device.line, f"{at}/devices/{index}"
        yield from _known(f"{place}/product", "product", line.product, world.products)
        yield from _known(f"{place}/country", "country", line.country, world.countries)
        yield from _user(f"{place}/user", line.user, owner, world)
        yield from _address(f"{place}/shipping_address", line.shipping_address, owner, world)


def _user(at: str, id_: int | None, owner: int, world: World) -> Iterator[DataError]:
    yield from _known(at, "user", id_, world.users)
    if id_ is not None and id_ in world.users:
        yield from _owned(at, f"user {id_}", world.users[id_].company, owner, world)


def _address(at: str, id_: int | None, owner: int, world: World) -> Iterator[DataError]:
    yield from _known(at, "address", id_, world.addresses)
    if id_ is not None and id_ in world.addresses:
        yield from _owned(at, f"address {id_}", world.addresses[id_].company, owner, world)


def _owned(at: str, what: str, company: int, owner: int, world: World) -> Iterator[DataError]:
    """A company that is unknown has a fault of its own, and is compared with none."""
    if company != owner and {company, owner} <= world.companies.keys():
        yield DataError(at, f"{what} is company {company}'s, not company {owner}'s")


def _devices_given_twice(world: World) -> Iterator[DataError]:
    holders: dict[int, str] = {}
    for order_id, cart in world.carts.items():
        for index, device in enumerate(cart.devices):
            place = f"/carts/{order_id}/devices/{index}"
            first = holders.setdefault(device.id, place)
            if first != place:
                yield DataError(f"{place}/id", f"the device id {device.id} is given twice, first at {first}")


def _known(
    at: str, what: str, id_: int | str | None, there: Mapping[int, object] | Mapping[str, object]
) -> Iterator[DataError]:
    if id_ is not None and id_ not in there:
        yield DataError(at, f"unknown {what} {id_!r}{did_you_mean(str(id_), map(str, there))}")
