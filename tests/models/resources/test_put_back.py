"""A state that `GET session/state` shows can always be set again, and is the same then."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.models.resources.test_seeds import SHOP
from tests.support.console import Console, open_console
from tests.support.documents import HEAD

CHANGING = """
    patch:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"200": {$ref: "#/components/responses/User"}}
    put:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"201": {$ref: "#/components/responses/User"}, "200": {$ref: "#/components/responses/User"}}
    delete:
      responses: {"204": {description: Gone}}
  /users/{id}/orders:
"""
MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.integers(0, 3) | st.text(max_size=2),
        "order": st.sampled_from(["a", "b/c", ""]) | st.integers(),
        "name": st.text(max_size=3) | st.none() | st.integers(),
        "nick": st.text(max_size=7) | st.none(),
        "user_id": st.integers() | st.none(),
        "total": st.integers() | st.text(max_size=3),
        "theme": st.sampled_from(["dark", "light", "grey"]),
        "more": st.none() | st.lists(st.booleans(), max_size=2),
    },
)
LINES = st.sampled_from(
    [
        "POST /users", "PUT /users/1", "PUT /users/7", "PATCH /users/1", "DELETE /users/1",
        "POST /users/1/orders", "POST /users/2/orders", "PUT /settings",
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("shop") / "api.yaml"
    path.write_text(
        HEAD + SHOP.replace("  /users/{id}/orders:\n", CHANGING.lstrip("\n"), 1), encoding="utf-8"
    )
    chosen = Settings(specs=(path,), stateful=True)
    with open_console(chosen, load_backend(chosen)) as opened:
        yield opened


@given(st.lists(st.tuples(LINES, MEMBERS), min_size=1, max_size=8))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_state_that_requests_made_is_put_back(console: Console, steps):
    console.call("POST session/reset")
    head = {"x-mock-session": console.session, "content-type": "application/json"}
    for line, members in steps:
        method, _, path = line.partition(" ")
        body = b"" if method == "DELETE" else json.dumps(members).encode()
        assert console.send(method, path, body, head).status < 500
    shown = console.call("GET session/state").body
    console.call("POST session/reset")
    reply = console.call("PUT session/state", json.loads(shown))
    assert (reply.status, reply.body) == (200, shown)
    assert console.call("GET session/state").body == shown
