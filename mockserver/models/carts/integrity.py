"""Checks the references in a world: each id exists, and belongs to the right company."""

from collections.abc import Iterator, Mapping

from mockserver.data.pointer import pointer_token
from mockserver.data.reading import DataError
from mockserver.data.suggest import did_you_mean
from mockserver.models.carts.world import Cart, Company, World


def errors(world: World, default_company: str = "/world/company/default") -> Iterator[DataError]:
    """The inconsistencies of a world, with pointers into the data that `dumping.dump` writes.

    `default_company` is the pointer of the default company, which other data may have elsewhere.
    """
    yield from _check_exists(default_company, "company", world.default_company, world.companies)
    for id_, company in world.companies.items():
        yield from _check_company(f"/companies/{id_}", id_, company, world)
    for key, token in world.tokens.items():
        yield from _check_exists(
            f"/tokens/{pointer_token(key)}/company", "company", token.company, world.companies
        )
    for id_, user in world.users.items():
        yield from _check_exists(f"/users/{id_}/company", "company", user.company, world.companies)
    for id_, address in world.addresses.items():
        yield from _check_exists(f"/addresses/{id_}/company", "company", address.company, world.companies)
        yield from _check_exists(f"/addresses/{id_}/country", "country", address.country, world.countries)
    for id_, product in world.products.items():
        for index, country in enumerate(product.countries):
            yield from _check_exists(
                f"/products/{id_}/countries/{index}", "country", country, world.countries
            )
    for order_id, cart in world.carts.items():
        yield from _check_cart(f"/carts/{order_id}", cart, world)
    yield from _check_device_ids(world)


def _check_company(location: str, id_: int, company: Company, world: World) -> Iterator[DataError]:
    yield from _check_address(f"{location}/default_address", company.default_address, id_, world)


def _check_cart(location: str, cart: Cart, world: World) -> Iterator[DataError]:
    owner = cart.company
    yield from _check_exists(f"{location}/company", "company", owner, world.companies)
    yield from _check_user(f"{location}/purchaser", cart.purchaser, owner, world)
    yield from _check_address(f"{location}/shipping_address", cart.shipping_address, owner, world)
    for index, device in enumerate(cart.devices):
        line, pointer = device.line, f"{location}/devices/{index}"
        yield from _check_exists(f"{pointer}/product", "product", line.product, world.products)
        yield from _check_exists(f"{pointer}/country", "country", line.country, world.countries)
        yield from _check_user(f"{pointer}/user", line.user, owner, world)
        yield from _check_address(f"{pointer}/shipping_address", line.shipping_address, owner, world)


def _check_user(location: str, id_: int | None, owner: int, world: World) -> Iterator[DataError]:
    yield from _check_exists(location, "user", id_, world.users)
    if id_ is not None and id_ in world.users:
        yield from _check_owner(location, f"user {id_}", world.users[id_].company, owner, world)


def _check_address(location: str, id_: int | None, owner: int, world: World) -> Iterator[DataError]:
    yield from _check_exists(location, "address", id_, world.addresses)
    if id_ is not None and id_ in world.addresses:
        yield from _check_owner(location, f"address {id_}", world.addresses[id_].company, owner, world)


def _check_owner(location: str, what: str, company: int, owner: int, world: World) -> Iterator[DataError]:
    """An unknown company is not compared, because it has an error of its own."""
    if company != owner and {company, owner} <= world.companies.keys():
        yield DataError(location, f"{what} belongs to company {company}, not to company {owner}")


def _check_device_ids(world: World) -> Iterator[DataError]:
    holders: dict[int, str] = {}
    for order_id, cart in world.carts.items():
        for index, device in enumerate(cart.devices):
            pointer = f"/carts/{order_id}/devices/{index}"
            first = holders.setdefault(device.id, pointer)
            if first != pointer:
                yield DataError(f"{pointer}/id", f"the device id {device.id} occurs twice, first at {first}")


def _check_exists(
    location: str, what: str, id_: int | str | None, known: Mapping[int, object] | Mapping[str, object]
) -> Iterator[DataError]:
    if id_ is not None and id_ not in known:
        yield DataError(location, f"unknown {what} {id_!r}{did_you_mean(str(id_), map(str, known))}")
