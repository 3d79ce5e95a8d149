"""The server of one run of a suite."""

import httpx

from mockserver.settings import Settings
from mockserver.testing.run_server import RunServer, serve_run
from tests.support.patches import BUNDLED

RENT = BUNDLED.mutations.named("update-a-cart 200 null /data/rent")
HEADERS = {"Authorization": "Bearer flt_sk_shop"}


def rent(url: str, **headers: str) -> object:
    return httpx.patch(f"{url}/carts/42", json={}, headers={**HEADERS, **headers}).json()["data"]["rent"]


def test_every_session_of_the_server_has_the_mutation():
    with serve_run(BUNDLED, Settings(), 0, "run-1", RENT) as server:
        assert rent(server.base_url) is None
        assert rent(server.url) is None
        assert rent(server.url, **{"X-Mock-Session": "of-the-suite"}) is None
    assert server.changed == {"run-1": 1, "default": 1, "of-the-suite": 1}


def test_servers_at_the_same_time_have_mutations_and_counts_of_their_own():
    with (
        serve_run(BUNDLED, Settings(), 0, "run-1", RENT) as one,
        serve_run(BUNDLED, Settings(), 0, "run-2", None) as other,
    ):
        assert [rent(each.base_url) for each in (one, other, other)] == [None, "39.90", "39.90"]
    assert (dict(one.changed), dict(other.changed)) == ({"run-1": 1}, {})


def test_the_statuses_are_those_that_any_session_got_deleted_ones_too():
    def get(server: RunServer) -> None:
        rent(server.base_url)
        own = {"X-Mock-Session": "of-the-suite", "X-Mock-Scenario": "order-not-cart"}
        httpx.patch(f"{server.url}/carts/42", json={}, headers={**HEADERS, **own})
        httpx.delete(f"{server.url}/__mock/session", headers=own).raise_for_status()

    with serve_run(BUNDLED, Settings(), 0, "run-1", None) as server:
        get(server)
    assert server.statuses() == {"update-a-cart": {"200", "409"}}


def test_the_base_url_has_the_control_prefix_of_the_settings():
    with serve_run(BUNDLED, Settings(control_prefix="/control"), 0, "run-1", None) as server:
        assert server.base_url == f"{server.url}/control/as/run-1"
        assert rent(server.base_url) == "39.90"
