"""The model of docs/models.md works as the page says."""

import asyncio
import importlib
from pathlib import Path

import httpx
import pytest

from tests.support.docs import blocks


def test_the_model_of_the_tutorial_works_as_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for block in blocks("docs/models.md"):
        if block.file:
            (tmp_path / block.file).write_text(block.text + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
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
