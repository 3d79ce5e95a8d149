"""Serializes a world as plain data; `loading.read_world` is the inverse."""

from mockserver.data.json import Json
from mockserver.models.carts.pricing import money
from mockserver.models.carts.world import Cart, Device, Product, World


def dump(world: World) -> dict[str, Json]:
    """The whole world as `{collection: {id: item}}`; None becomes null.

    The collection `world` has what is not an item: the keys `default_company` and `next_device_id` of
    `fixtures/world.yaml`.
    """
    return {
        "world": {
            "company": {"default": world.default_company},
            "device": {"next_id": world.next_device_id},
        },
        "companies": {
            str(id_): {
                "name": company.name,
                "currency": company.currency,
                "default_address": company.default_address,
            }
            for id_, company in world.companies.items()
        },
        "tokens": {
            key: {"company": token.company, "scopes": [*sorted(token.scopes)]}
            for key, token in world.tokens.items()
        },
        "countries": {code: {"name": country.name} for code, country in world.countries.items()},
        "users": {
            str(id_): {"company": user.company, "name": user.name} for id_, user in world.users.items()
        },
        "addresses": {
            str(id_): {"company": address.company, "label": address.label, "country": address.country}
            for id_, address in world.addresses.items()
        },
        "products": {str(id_): _product(product) for id_, product in world.products.items()},
        "carts": {order_id: _cart(cart) for order_id, cart in world.carts.items()},
    }


def _product(product: Product) -> Json:
    return {
        "name": product.name,
        "uses_layouts": product.uses_layouts,
        "countries": [*product.countries],
        "prices": _prices(product),
    }


def _prices(product: Product) -> Json:
    table: dict[str, dict[str, dict[str | None, Json]]] = {}
    for (currency, mode, layout), amount in product.prices.items():
        table.setdefault(currency, {}).setdefault(mode.value, {})[layout] = money(amount)
    return {
        currency: {mode: _by_layout(amounts) for mode, amounts in modes.items()}
        for currency, modes in table.items()
    }


def _by_layout(amounts: dict[str | None, Json]) -> Json:
    """One amount for a product without layouts, otherwise one for each layout."""
    return amounts.get(None) or {layout: amount for layout, amount in amounts.items() if layout}


def _cart(cart: Cart) -> Json:
    return {
        "company": cart.company,
        "state": cart.state.value,
        "mode": cart.mode.value,
        "purchaser": cart.purchaser,
        "shipping_address": cart.shipping_address,
        "devices": [_device(device) for device in cart.devices],
    }


def _device(device: Device) -> Json:
    line = device.line
    return {
        "id": device.id,
        "product": line.product,
        "country": line.country,
        "layout": line.layout,
        "user": line.user,
        "shipping_address": line.shipping_address,
    }
