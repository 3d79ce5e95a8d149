"""What is sent to a server again and again, and what it must answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

CONNECTIONS = 16

HEADERS = {"Authorization": "Bearer flt_sk_demo", "Content-Type": "application/json"}
BODY = (
    '{"order_items":[{"product_id":101,"delivery_country":"FR","keyboard_layout":"FRENCH_AZERTY"},'
    '{"product_id":201,"delivery_country":"FR","user_id":12}],"acquisition_mode":"LEASING"}'
)
INVALID = '{"order_items":[{"product_id":0,"delivery_country":"FR"}],"acquisition_mode":"RENT"}'


@dataclass(frozen=True, slots=True)
class Load:
    """A request, the status that each answer must have, and in how many turns a header of it changes."""

    target: str = "/carts/42"
    body: str = BODY
    headers: Mapping[str, str] = field(default_factory=lambda: dict(HEADERS))
    status: int = 200
    method: str = "PATCH"
    turns: int = 0  # 0: all requests are the same
    turning: str = "X-Mock-Session"

    def requests(self, port: int) -> list[bytes]:
        """The requests as they go over the wire, to be sent in turn."""
        return [self._encoded(port, number) for number in range(max(self.turns, 1))]

    def _encoded(self, port: int, number: int) -> bytes:
        own = {self.turning: value_of(number)} if self.turns else {}
        headers = {
            "Host": f"127.0.0.1:{port}",
            **self.headers,
            **own,
            "Content-Length": str(len(self.body.encode())),
        }
        lines = [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([f"{self.method} {self.target} HTTP/1.1", *lines, "", self.body]).encode()


def value_of(number: int) -> str:
    """What the header that changes says, such as the key of a session."""
    return f"test-{number}"


VALID = Load()
SCENARIO = replace(VALID, headers={**HEADERS, "X-Mock-Scenario": "order-not-cart"}, status=409)
SESSIONS = replace(VALID, turns=10_000)
NEW_HEADS = replace(VALID, turns=10_000, turning="X-Request-Id")
REFUSED = replace(VALID, body=INVALID, status=400)
