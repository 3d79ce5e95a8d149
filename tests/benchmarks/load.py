"""What is sent to a server again and again, and what it must answer."""

import itertools
import secrets
from collections.abc import Iterator, Mapping
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
    anew: bool = False  # the values of the header differ in each round

    def in_turn(self, port: int) -> Iterator[bytes]:
        """The requests as they go over the wire, without end."""
        prefix = self.prefix()
        for number in itertools.count(self.first_turn()):
            yield self.encoded(port, f"{prefix}{number % max(self.turns, 1)}")

    def prefix(self) -> str:
        """What the values of one round begin with."""
        return f"test-{secrets.token_hex(4)}-" if self.anew else "test-"

    def first_turn(self) -> int:
        """Where one round begins; by chance, because a round may be too short for all turns."""
        return secrets.randbelow(self.turns) if self.turns else 0

    def encoded(self, port: int, value: str) -> bytes:
        """The request with this value of the header that changes, if one does."""
        own = {self.turning: value} if self.turns else {}
        headers = {
            "Host": f"127.0.0.1:{port}",
            **self.headers,
            **own,
            "Content-Length": str(len(self.body.encode())),
        }
        lines = [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([f"{self.method} {self.target} HTTP/1.1", *lines, "", self.body]).encode()


VALID = Load()
SCENARIO = replace(VALID, headers={**HEADERS, "X-Mock-Scenario": "order-not-cart"}, status=409)
SESSIONS = replace(VALID, turns=9_000)  # fewer than --max-sessions: none is ever evicted
EVICTED = replace(VALID, turns=1_000_000, anew=True)  # each session is new, and evicts the oldest
NEW_HEADS = replace(VALID, turns=1_000_000, turning="X-Request-Id", anew=True)
REFUSED = replace(VALID, body=INVALID, status=400)
