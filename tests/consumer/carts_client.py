"""A shop's client for its carts: a small one, as they are in use."""

import httpx


class OrderGone(Exception):
    """The order is no longer a cart."""


class Carts:
    def __init__(self, http: httpx.Client, token: str) -> None:
        self._http = http
        http.headers["Authorization"] = f"Bearer {token}"

    def order(self, cart: int, product: int, country: str, layout: str | None = None) -> str:
        """Put one device in the place of all lines; the rent by the month."""
        line = {"product_id": product, "delivery_country": country}
        if layout is not None:
            line["keyboard_layout"] = layout
        return self._change(cart, {"order_items": [line]})["rent"]

    def name_purchaser(self, cart: int, person: int) -> None:
        self._http.patch(f"/carts/{cart}", json={"purchaser_id": person})  # good to know, no more

    def _change(self, cart: int, body: dict[str, object]) -> dict[str, str]:
        answer = self._http.patch(f"/carts/{cart}", json=body)
        if answer.status_code == 409:
            raise OrderGone(cart)
        return answer.raise_for_status().json()["data"]
