"""A session's stubs after files of stubs were read again."""

import json
from pathlib import Path

import pytest

from mockserver.engine.backend import Backend
from mockserver.loading import load_backend
from mockserver.runtime import Runtime, wire
from mockserver.settings import Settings
from tests.server.test_reload import ask, reloaded
from tests.support.console import Console, open_console

TAKEN = {"operation": "update-a-cart", "respond": {"error": "ORDER_NOT_CART"}}
SLOW = {"delay": "1ms"}
OTHER = {"delay": "2ms"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "stubs.json"


def files(path: Path, *stubs: object) -> Backend:
    """The backend with a file of these stubs."""
    path.write_text(json.dumps({"stubs": stubs}), encoding="utf-8")
    return load_backend(Settings(stubs=(path,)))


def shown(console: Console) -> list[tuple[str, str, int]]:
    """Id, delay and count of each stub; an answer has the delay `taken`."""
    stubs = console.call("GET session/stubs").json()["stubs"]
    return [(each["id"], each.get("delay", "taken"), each["matched"]) for each in stubs]


def used(runtime: Runtime) -> None:
    ask(runtime, "default")


def test_stubs_that_a_file_still_has_keep_their_ids_and_counts(path):
    with open_console(backend=files(path, TAKEN, SLOW)) as console:
        used(console.server)
        reloaded(console.server, files(path, TAKEN, SLOW))
        assert shown(console) == [("s2", "taken", 1), ("s1", "1ms", 1)]


def test_a_stub_that_is_used_up_stays_so(path):
    with open_console(backend=files(path, {**TAKEN, "times": 1})) as console:
        used(console.server)
        reloaded(console.server, files(path, {**TAKEN, "times": 1}, SLOW))
        assert ask(console.server, "default")["data"]["id"] == 42


def test_new_stubs_of_a_file_are_older_than_those_of_the_session_and_get_ids_of_their_own(path):
    with open_console(backend=files(path, TAKEN)) as console:
        console.call("POST session/stubs", {"delay": "9ms"})
        reloaded(console.server, files(path, SLOW, TAKEN, OTHER))
        assert shown(console) == [("s2", "9ms", 0), ("s3", "1ms", 0), ("s1", "taken", 0), ("s4", "2ms", 0)]


def test_stubs_that_are_gone_from_a_file_are_gone(path):
    with open_console(backend=files(path, TAKEN, SLOW)) as console:
        reloaded(console.server, files(path, SLOW))
        assert shown(console) == [("s1", "1ms", 0)]


def test_what_the_session_removed_stays_removed_until_it_changes_or_the_session_is_reset(path):
    with open_console(backend=files(path, TAKEN, SLOW)) as console:
        console.call("DELETE session/stubs")
        reloaded(console.server, files(path, SLOW, TAKEN))
        assert shown(console) == []
        reloaded(console.server, files(path, {**SLOW, "times": 2}, TAKEN))
        assert shown(console) == [("s3", "1ms", 0)]
        console.call("POST session/reset")
        assert [delay for _, delay, _ in shown(console)] == ["1ms", "taken"]


def test_the_order_of_the_session_stays_where_the_files_are_the_same(path):
    with open_console(backend=files(path, TAKEN, SLOW)) as console:
        listed = console.call("GET session/stubs").json()["stubs"]
        console.call("PUT session/stubs", {"stubs": [listed[1], {"delay": "9ms"}, listed[0]]})
        before = shown(console)
        reloaded(console.server, files(path, TAKEN, SLOW))
        assert shown(console) == before


def test_choices_and_network_stay(path):
    with open_console(backend=files(path, TAKEN)) as console:
        console.call("PUT session/network", SLOW)
        console.call("PUT session/scenario", {"name": "invalid-user"})
        reloaded(console.server, files(path, OTHER))
        session = console.call("GET session").json()
        assert (session["network"], session["scenario"]) == (SLOW, "invalid-user")
        assert shown(console) == [("s2", "2ms", 0)]


def test_a_session_that_is_new_begins_with_the_new_stubs(path):
    server = wire(files(path, TAKEN), Settings())
    reloaded(server, files(path, {**TAKEN, "respond": {"error": "INVALID_USER"}}))
    assert ask(server, "new") == {"error": "INVALID_USER"}
