"""The recipe for FastAPI in docs/verify.md: it agrees with the mock, and a defect in it is found."""

import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from mockserver.upstream.verify.provider_side import ProviderSide
from mockserver.upstream.verify.sequence import FiredEvent
from mockserver.upstream.verify.substitution import Substitution
from tests.support.docs import blocks
from tests.support.provider import serving
from tests.support.terminal import typed

pytestmark = pytest.mark.slow


def test_the_setup_url_gets_what_the_page_shows():
    received = []

    async def set_up(request: Request) -> JSONResponse:
        received.append(await request.json())
        return JSONResponse({})

    shown = [json.loads(each.text) for each in blocks("docs/verify.md") if each.language == "json"]
    with (
        serving(Starlette(routes=[Route("/", set_up, methods=["POST"])])) as url,
        closing(ProviderSide(url, url)) as side,
    ):
        side.reset(shown[0]["state"])
        side.fire(FiredEvent(shown[1]["collection"], shown[1]["id"], shown[1]["event"]), Substitution())
    assert received == shown


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A folder with the files of the recipe."""
    if "TOOLS_REQUIRED" not in os.environ:
        pytest.importorskip("fastapi")
    for block in blocks("docs/verify.md"):
        if block.file is not None:
            (tmp_path / block.file).write_text(block.text + "\n", encoding="utf-8")
    return tmp_path


def provider(folder: Path) -> Iterator[str]:
    spec = importlib.util.spec_from_file_location("provider_of_the_recipe", folder / "provider.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
        with serving(module.app) as url:
            yield url
    finally:
        del sys.modules[spec.name]


def verified(folder, url, *options):
    arguments = (
        "--setup-url",
        f"{url}/test/setup",
        "--stateful",
        "--seconds",
        "5",
        "--format",
        "json",
        *options,
    )
    return typed("verify", "--provider", url, folder / "openapi.yaml", *arguments)


def test_the_provider_of_the_recipe_agrees_with_the_mock(recipe):
    for url in provider(recipe):
        done = verified(recipe, url)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["covered"]["codes"]["read-note"]["200"] > 0


def test_a_text_that_is_not_stored_as_it_was_sent_is_found(recipe):
    path = recipe / "provider.py"
    path.write_text(path.read_text().replace('"text": note.text', '"text": note.text[:3]'))
    for url in provider(recipe):
        done = verified(recipe, url)
    assert done.returncode == 1, done.stdout
    differences = json.loads(done.stdout)["differences"]
    assert ("create-note", "/text") in {(each["operation"], each["pointer"]) for each in differences}
    assert max(len(each["requests"]) for each in differences) <= 3
