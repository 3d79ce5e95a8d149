"""The model of docs/models.md works as the page says."""

import asyncio
import importlib
from pathlib import Path

import httpx
import pytest

from mockserver import Settings, create_app
from tests.support.docs import blocks
from tests.support.terminal import called


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with the files of the page; its modules can be imported."""
    for block in blocks("docs/models.md"):
        if block.file:
            (tmp_path / block.file).write_text(block.text + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_the_model_of_the_tutorial_works_as_it_is_told(page: Path) -> None:
    app = importlib.import_module("parcels").app
    asyncio.run(_follow_the_tutorial(httpx.ASGITransport(app)))


async def _follow_the_tutorial(transport: httpx.ASGITransport) -> None:
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        moved = await client.put("/parcels/7/place", json={"to": "Nantes"})
        assert (moved.status_code, moved.json()) == (200, {"id": "7", "place": "Nantes"})
        assert (await client.put("/parcels/7/place", json={})).headers["X-Mock-Source"] == "validation"
        await client.post("/__mock/session/parcels/7/events", json={"event": "lose"})
        lost = await client.put("/parcels/7/place", json={"to": "Lyon"})
        assert (lost.status_code, lost.json()) == (410, {"error": "PARCEL_LOST"})
        assert (await client.get("/__mock/session/state")).json() == {"parcels": {}}


def test_the_worked_model_knows_conditional_requests_and_idempotency_keys(page: Path) -> None:
    model = importlib.import_module("notes").NoteModel()
    app = create_app(Settings(specs=(page / "notes.yaml",)), models=[model])
    asyncio.run(_write_notes(httpx.ASGITransport(app)))


async def _write_notes(transport: httpx.ASGITransport) -> None:
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        key = {"Idempotency-Key": "key-0001"}
        first = await client.post("/notes", json={"text": "milk"}, headers=key)
        again = await client.post("/notes", json={"text": "milk"}, headers=key)
        assert (first.status_code, first.json()["id"], first.headers["ETag"]) == (201, 1, '"1"')
        assert again.json() == first.json()
        other = await client.post("/notes", json={"text": "bread"}, headers=key)
        assert (other.status_code, other.json()) == (422, {"error": "IDEMPOTENCY_KEY_REUSED"})
        unchanged = await client.get("/notes/1", headers={"If-None-Match": '"1"'})
        assert (unchanged.status_code, unchanged.content, unchanged.headers["ETag"]) == (304, b"", '"1"')
        changed = await client.put("/notes/1", json={"text": "tea"}, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
        stale = await client.put("/notes/1", json={"text": "wine"}, headers={"If-Match": '"1"'})
        assert (stale.status_code, stale.json()) == (412, {"error": "NOTE_CHANGED"})
        read = await client.get("/notes/1", headers={"If-None-Match": '"1"'})
        assert (read.status_code, read.json()["text"]) == (200, "tea")
        health = (await client.get("/__mock/health")).json()
        assert health["off_contract"] == {"unintended": 0, "intended": 0}


def test_check_takes_the_model_of_the_tutorial(page: Path) -> None:
    for name, model in (("parcels.yaml", "parcels:ParcelModel"), ("notes.yaml", "notes:NoteModel")):
        result = called("check", name, "--model", model)
        assert (result.exit_code, result.output.split(": ")[-1]) == (0, "no findings\n")
