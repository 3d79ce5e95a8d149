"""Sessions of applications in this process, for the tests of what the plugin gives to suites."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from mockserver.testing.in_process_server import serve_in_process
from mockserver.testing.session import MockSession
from mockserver.testing.transport import in_process_client, in_process_transport


@dataclass(frozen=True)
class Shop:
    """A session of the bundled carts, and a client whose requests are in it."""

    session: MockSession
    client: httpx.Client

    def change(self, body: object, cart: int = 42) -> int:
        """The status of the answer to a change of a cart."""
        return self.client.patch(f"/carts/{cart}", json=body).status_code

    def cart(self, cart: int = 42) -> dict[str, Any]:
        """A cart of the state."""
        return dict(self.session.state["carts"][str(cart)])


@pytest.fixture
def shop() -> Iterator[Shop]:
    token = {"Authorization": "Bearer flt_sk_demo"}
    with serve_in_process(create_app(Settings())) as server, in_process_client(server) as control:
        session = MockSession(control, "mine")
        transport = in_process_transport(server, session.key)
        with httpx.Client(transport=transport, base_url=session.url, headers=token) as client:
            yield Shop(session, client)
