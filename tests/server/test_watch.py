"""`--watch` with a real server and real files: changes are served, and no request or session is lost."""

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.server.watch import WatchedPaths, stamp
from tests.support.live import PATIENCE, Live, serve
from tests.support.paths import ROOT

AUTHORIZED = {"Authorization": "Bearer flt_sk_a"}
SPEC = """\
openapi: 3.1.0
info: {title: Notes, version: "1"}
paths:
  /notes:
    get:
      operationId: list-notes
      responses: {"200": {description: All, content: {application/json: {schema: {$ref: parts/notes.yaml}}}}}
"""
MORE = """\
  /tags:
    get:
      operationId: list-tags
      responses: {"200": {description: All, content: {application/json: {schema: {const: tags}}}}}
"""
FIXED = "summary: .\noperation: list-notes\nrespond: {status: 200, body: responses/notes.json}\n"
FORCED = "summary: .\noperation: update-a-cart\nrespond: {error: %s}\n"
STORY = "summary: .\noperation: update-a-cart\nsteps: [{times: 2}, {event: submit}]\n"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def replace(path: Path, text: str) -> None:
    """As many editors write: another file, then renamed over the old one."""
    beside = path.with_name(path.name + "~")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def until(true: Callable[[], bool], live: Live) -> None:
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up, live.log()
        time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Watched:
    """A server that watches files of a test's own."""

    live: Live
    folder: Path

    def get(self, path: str, **headers: str) -> Any:
        return httpx.get(f"{self.live.url}{path}", headers=headers).json()

    def health(self) -> Any:
        return self.get("/__mock/health")

    def patch(self, session: str, order: str = "42", body: object = None, **headers: str) -> Any:
        sent = AUTHORIZED | {"X-Mock-Session": session} | headers
        return httpx.patch(f"{self.live.url}/carts/{order}", json=body or {}, headers=sent).json()

    def until(self, true: Callable[[], bool]) -> None:
        until(true, self.live)

    def lines(self, beginning: str) -> list[str]:
        return [line for line in self.live.log().splitlines() if line.startswith(beginning)]

    @contextmanager
    def reload(self, count: int = 1) -> Iterator[None]:
        """The files are changed within the block, and what they say is served after it."""
        before = len(self.lines("reloaded: "))
        yield
        self.until(lambda: len(self.lines("reloaded: ")) >= before + count)

    @contextmanager
    def failing(self) -> Iterator[list[str]]:
        """The files are spoilt within the block; what the terminal told of it is there after it."""
        before, told = len(self.lines("mockserver: not reloaded")), []
        yield told
        self.until(lambda: len(self.lines("mockserver: not reloaded")) > before)
        told += self.lines("mockserver: ")


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Watched]:
    """A contract of two files, with a scenario and its body."""
    write(tmp_path / "api.yaml", SPEC)
    write(tmp_path / "parts/notes.yaml", "default: old\n")
    write(tmp_path / "scenarios/fixed.yaml", FIXED)
    write(tmp_path / "fixtures/responses/notes.json", '"old"')
    with serve("--watch", str(tmp_path / "api.yaml")) as live:
        yield Watched(live, tmp_path)


@pytest.fixture
def carts(tmp_path: Path) -> Iterator[Watched]:
    """The bundled contract, with a world and scenarios of the test's own."""
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    (tmp_path / "scenarios").mkdir()
    spec, folders = tmp_path / "fixtures/spec/carts.yaml", ("fixtures", "scenarios")
    flags = [text for name in folders for text in (f"--{name}", str(tmp_path / name))]
    with serve(str(spec), *flags, MOCKSERVER_WATCH="true") as live:
        yield Watched(live, tmp_path)


# What is written is served


@pytest.mark.parametrize("save", [write, replace], ids=["in place", "by renaming"])
def test_a_changed_document_is_served(notes: Watched, save: Callable[[Path, str], None]) -> None:
    assert httpx.get(f"{notes.live.url}/tags").status_code == 404
    with notes.reload():
        save(notes.folder / "api.yaml", SPEC + MORE)
    assert notes.get("/tags") == "tags"
    assert [*notes.get("/__mock/contract.json")["paths"]] == ["/notes", "/tags"]
    assert notes.health()["operations"] == 2
    assert notes.lines("reloaded") == ["reloaded: 2 operations, 1 scenario"]


def test_a_changed_file_is_served_that_a_reference_leads_to(notes: Watched) -> None:
    assert notes.get("/notes") == "old"
    with notes.reload():
        replace(notes.folder / "parts/notes.yaml", "$ref: deeper.yaml\n")
        write(notes.folder / "parts/deeper.yaml", "default: deeper\n")
    notes.until(lambda: notes.get("/notes") == "deeper")
    with notes.reload():
        write(notes.folder / "parts/deeper.yaml", "default: deepest\n")
    assert notes.get("/notes") == "deepest"


def test_a_file_that_a_reference_leads_to_is_served_once_it_is_there(notes: Watched) -> None:
    with notes.reload():
        (notes.folder / "parts/notes.yaml").unlink()
    with notes.reload():
        write(notes.folder / "parts/notes.yaml", "default: back\n")
    assert notes.get("/notes") == "back"


def test_scenarios_that_come_change_and_go_are_served_as_they_are(notes: Watched) -> None:
    def names() -> list[str]:
        return [each["name"] for each in notes.get("/__mock/scenarios")["scenarios"]]

    with notes.reload():
        write(notes.folder / "scenarios/added.yaml", FIXED)
    assert names() == ["added", "fixed"]
    with notes.reload():
        (notes.folder / "scenarios/fixed.yaml").rename(notes.folder / "scenarios/renamed.yaml")
    notes.until(lambda: names() == ["added", "renamed"])
    with notes.reload():
        (notes.folder / "scenarios/added.yaml").unlink()
    assert names() == ["renamed"]


def test_a_changed_body_of_a_scenario_is_served(notes: Watched) -> None:
    assert notes.get("/notes?__scenario=fixed") == "old"
    with notes.reload():
        write(notes.folder / "fixtures/responses/notes.json", '"new"')
    assert notes.get("/notes?__scenario=fixed") == "new"


def test_a_folder_beside_the_document_is_served_once_it_is_there(tmp_path: Path) -> None:
    write(tmp_path / "api.yaml", SPEC.replace("$ref: parts/notes.yaml", "enum: [old, new]"))
    with serve("--watch", str(tmp_path / "api.yaml")) as live:
        watched = Watched(live, tmp_path)
        assert watched.health()["scenarios"] == 0
        write(tmp_path / "fixtures/responses/notes.json", '"new"')
        write(tmp_path / "scenarios/fixed.yaml", FIXED)
        watched.until(lambda: watched.health()["scenarios"] == 1)
        assert watched.get("/notes?__scenario=fixed") == "new"


def test_without_the_flag_nothing_is_read_again(tmp_path: Path) -> None:
    """A server with the flag, started after it over the same files, has long seen the change."""
    path = tmp_path / "api.yaml"
    write(path, SPEC)
    with serve(str(path)) as plain, serve("--watch", str(path)) as live:
        watched = Watched(live, tmp_path)
        for count in range(2):
            with watched.reload():
                write(path, SPEC + MORE + f"# {count}\n")
        assert httpx.get(f"{plain.url}/tags").status_code == 404


# What is broken is told, and what was there before is served on


def test_a_broken_document_is_told_with_file_and_line_until_it_is_mended(notes: Watched) -> None:
    path = notes.folder / "api.yaml"
    with notes.failing() as told:
        write(path, SPEC + "  oops: [\n")
    assert told[0].startswith(f"mockserver: {path}:")
    assert told[-1] == "mockserver: not reloaded; the previous version is still served"
    assert notes.get("/notes") == "old"
    finding = notes.health()["reload_failure"]["findings"][0]
    assert (finding["file"], finding["line"]) == ("api.yaml", int(told[0].split(":")[2]))
    with notes.reload():
        write(path, SPEC + MORE)
    assert notes.health()["reload_failure"] is None
    assert notes.get("/tags") == "tags"


def test_every_finding_is_told_and_each_change_tells_what_is_left(notes: Watched) -> None:
    one, two = (notes.folder / f"scenarios/{name}.yaml" for name in ("one", "two"))
    with notes.failing() as told:
        replace(one, FIXED.replace("list-notes", "list-nots"))
        replace(two, FIXED.replace("status: 200", "status: 418"))
    notes.until(lambda: len(notes.health()["reload_failure"]["findings"]) == 2)
    with notes.failing() as told:
        one.unlink()
    assert f"mockserver: {two}:3: /respond/status: the contract documents no 418" in told[-2]
    assert len(notes.health()["reload_failure"]["findings"]) == 1
    with notes.reload():
        two.unlink()
    assert notes.get("/notes?__scenario=fixed") == "old"


def test_a_document_that_vanishes_is_served_on_and_served_anew_when_it_is_back(notes: Watched) -> None:
    path = notes.folder / "api.yaml"
    with notes.failing() as told:
        path.unlink()
    assert told[0] == f"mockserver: {path}: there is no such file"
    assert notes.get("/notes") == "old"
    with notes.reload():
        write(path, SPEC + MORE)
    assert notes.get("/tags") == "tags"


def test_a_folder_that_vanishes_is_served_on_and_served_anew_when_it_is_back(carts: Watched) -> None:
    with carts.reload():
        write(carts.folder / "scenarios/down.yaml", FORCED % "INTERNAL_ERROR")
    with carts.failing() as told:
        (carts.folder / "scenarios").rename(carts.folder / "away")
    assert told[0] == f"mockserver: {carts.folder / 'scenarios'}: there is no such folder"
    assert carts.patch("a", **{"X-Mock-Scenario": "down"}) == {"error": "INTERNAL_ERROR"}
    write(carts.folder / "away/down.yaml", FORCED % "CART_NOT_FOUND")
    with carts.reload():
        (carts.folder / "away").rename(carts.folder / "scenarios")
    assert carts.patch("a", **{"X-Mock-Scenario": "down"}) == {"error": "CART_NOT_FOUND"}


def test_the_scenario_of_the_start_must_stay(tmp_path: Path) -> None:
    for name in ("start", "other"):
        write(tmp_path / f"{name}.yaml", FORCED % "CART_NOT_FOUND")
    with serve("--watch", "--scenarios", str(tmp_path), "--scenario", "start") as live:
        watched = Watched(live, tmp_path)
        with watched.failing() as told:
            (tmp_path / "start.yaml").unlink()
        assert told[0].startswith("mockserver: --scenario: there is no scenario 'start'")
        assert watched.patch("a") == {"error": "CART_NOT_FOUND"}


def test_machines_are_told_in_json(tmp_path: Path) -> None:
    write(tmp_path / "down.yaml", FORCED % "INTERNAL_ERROR")
    with serve("--watch", "--scenarios", str(tmp_path), "--log-format", "json") as live:
        watched = Watched(live, tmp_path)
        write(tmp_path / "down.yaml", FORCED % "NOTHING")
        watched.until(lambda: len(watched.lines("{")) == 1)
        write(tmp_path / "down.yaml", FORCED % "CART_NOT_FOUND")
        watched.until(lambda: len(watched.lines("{")) == 2)
        failed, done = map(json.loads, watched.lines("{"))
    assert failed["reload"] == "failed"
    assert failed["findings"][0].startswith(f"{tmp_path / 'down.yaml'}:3: /respond/error: ")
    assert done == {
        "reload": "done",
        "operations": 1,
        "scenarios": 1,
        "behind": 0,
        "begun_anew": {},
        "scenario_gone": {},
    }


# Sessions and requests


def test_sessions_keep_their_state_their_story_and_their_journal(carts: Watched) -> None:
    with carts.reload():
        write(carts.folder / "scenarios/tale.yaml", STORY)
        write(carts.folder / "scenarios/chosen.yaml", FORCED % "CART_NOT_FOUND")
    carts.patch("busy", body={"acquisition_mode": "BUY"})
    carts.patch("busy", **{"X-Mock-Scenario": "tale"})
    choice = {"json": {"name": "chosen"}, "headers": {"X-Mock-Session": "chooser"}}
    httpx.put(f"{carts.live.url}/__mock/session/scenario", **choice).raise_for_status()  # type: ignore[arg-type]
    world = carts.folder / "fixtures/world.yaml"
    with carts.reload():
        replace(world, world.read_text(encoding="utf-8").replace("state: ordered", "state: cart"))
    with carts.reload():
        (carts.folder / "scenarios/chosen.yaml").unlink()
    assert carts.patch("busy", "46") == {"error": "ORDER_NOT_CART"}
    assert carts.patch("new", "46")["data"]["id"] == 46
    assert carts.patch("busy", **{"X-Mock-Scenario": "tale"})["data"]["rent"] is None
    assert carts.patch("busy", **{"X-Mock-Scenario": "tale"}) == {"error": "ORDER_NOT_CART"}
    assert carts.patch("chooser")["data"]["id"] == 42
    assert len(carts.get("/__mock/requests", **{"X-Mock-Session": "busy"})["requests"]) == 5
    assert carts.lines("sessions that keep") == ["sessions that keep their old state until they are reset: 1"]
    assert carts.lines("the session") == ["the session chooser lost its scenario: chosen no longer exists"]


def test_a_session_whose_state_does_not_fit_is_told(tmp_path: Path) -> None:
    spec = (
        'openapi: 3.1.0\ninfo: {title: N, version: "1"}\npaths:\n'
        "  /notes: {post: {operationId: add, requestBody: {content: {application/json: {}}},"
        ' responses: {"201": {description: Made}}}}\n'
        "  /notes/{id}: {get: {operationId: show, parameters: [{name: id, in: path, required: true,"
        ' schema: {type: integer}}], responses: {"200": {description: One}}}}\n'
    )
    write(tmp_path / "api.yaml", spec)
    with serve("--watch", "--stateful", str(tmp_path / "api.yaml")) as live:
        watched = Watched(live, tmp_path)
        headers = {"X-Mock-Session": "mine"}
        assert httpx.post(f"{live.url}/notes", json={"text": "x"}, headers=headers).status_code == 201
        with watched.reload():
            write(tmp_path / "api.yaml", spec.replace("/notes", "/cards"))
        watched.until(lambda: watched.lines("the session") != [])
        assert watched.lines("the session mine was restarted: /notes: ") != []


def test_no_request_is_lost_and_each_is_answered_from_one_of_the_two_while_files_change(
    carts: Watched,
) -> None:
    path = carts.folder / "scenarios/now.yaml"
    with carts.reload():
        write(path, FORCED % "CART_NOT_FOUND")
    done, said = threading.Event(), []

    def ask() -> None:
        headers = AUTHORIZED | {"X-Mock-Scenario": "now"}
        with httpx.Client(base_url=carts.live.url, headers=headers) as client:
            while not done.is_set():
                said.append(client.patch("/carts/42", json={}).text)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        for code in ("ORDER_NOT_CART", "NOTHING", "CART_NOT_FOUND", "ORDER_NOT_CART"):
            with carts.failing() if code == "NOTHING" else carts.reload():
                replace(path, FORCED % code)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    expected = {
        json.dumps({"error": code}, separators=(",", ":")) for code in ("CART_NOT_FOUND", "ORDER_NOT_CART")
    }
    assert {text.replace(": ", ":") for text in said} == expected


def test_an_exchange_that_waits_gets_the_answer_that_it_was_given(carts: Watched) -> None:
    path, answers = carts.folder / "scenarios/slow.yaml", []
    with carts.reload():
        write(path, "summary: .\noperation: update-a-cart\nrespond: {error: ORDER_NOT_CART, delay: 2s}\n")
    ask = threading.Thread(target=lambda: answers.append(carts.patch("a", **{"X-Mock-Scenario": "slow"})))
    ask.start()
    carts.until(lambda: carts.health()["journal"]["exchanges"] == 1)
    with carts.reload():
        write(path, FORCED % "CART_NOT_FOUND")
    ask.join()
    assert answers == [{"error": "ORDER_NOT_CART"}]
    assert carts.patch("a", **{"X-Mock-Scenario": "slow"}) == {"error": "CART_NOT_FOUND"}


# What is watched


@pytest.mark.parametrize("name", [".order.yaml.swp", "order.yaml~", ".#order.yaml", "#order.yaml#", "4913"])
def test_what_an_editor_puts_beside_a_file_is_no_change(tmp_path: Path, name: str) -> None:
    write(tmp_path / "order.yaml", "")
    (sources := WatchedPaths()).add(tmp_path)
    write(tmp_path / name, "x")
    assert not sources.changed


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: write(folder / "a.yaml", "other"),
        lambda folder: replace(folder / "a.yaml", "text"),
        lambda folder: (folder / "a.yaml").unlink(),
        lambda folder: write(folder / "deep/er/b.yaml", ""),
        lambda folder: (folder / "a.yaml").rename(folder / "b.yaml"),
        shutil.rmtree,
    ],
    ids=["written", "replaced by the same text", "deleted", "added below", "renamed", "all gone"],
)
def test_what_happens_below_a_folder_is_a_change(tmp_path: Path, change: Callable[[Path], object]) -> None:
    folder = tmp_path / "folder"
    write(folder / "a.yaml", "text")
    (sources := WatchedPaths()).add(folder)
    assert not sources.changed
    change(folder)
    assert sources.changed


def test_a_file_that_comes_is_a_change_and_one_that_stays_away_is_none(tmp_path: Path) -> None:
    (sources := WatchedPaths()).add(tmp_path / "gone.yaml")
    assert stamp(tmp_path / "gone.yaml") == frozenset()
    assert not sources.changed
    write(tmp_path / "gone.yaml", "")
    assert sources.changed


@pytest.mark.skipif(os.name != "posix", reason="links are those of POSIX")
def test_a_link_is_watched_with_what_it_leads_to(tmp_path: Path) -> None:
    write(tmp_path / "one/world.yaml", "one")
    write(tmp_path / "two/world.yaml", "two")
    (tmp_path / "now").symlink_to(tmp_path / "one")
    (sources := WatchedPaths()).add(tmp_path / "now/world.yaml")
    (tmp_path / "next").symlink_to(tmp_path / "two")
    os.replace(tmp_path / "next", tmp_path / "now")
    assert sources.changed
