"""`mockserver import traffic.har`: recorded traffic becomes stubs, as docs/upstream.md says."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.terminal import called


def entry(method: str, url: str, answer: object, sent: object = None, status: int = 200) -> dict[str, Any]:
    text = json.dumps(answer)
    request: dict[str, Any] = {"method": method, "url": url, "headers": []}
    if sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    content = {"size": len(text), "mimeType": "application/json", "text": text}
    return {"request": request, "response": {"status": status, "headers": [], "content": content}}


ENTRIES = [
    entry("GET", "https://cdn.example.com/a.json", 1),
    entry("GET", "https://cdn.example.com/b.json", 2),
    entry(
        "PATCH", "https://api.example.com/carts/42", {"error": "ORDER_NOT_CART"}, {"purchaser_id": 12}, 409
    ),
    entry("GET", "https://api.example.com/__mock/session", {}),
    {},
]


@pytest.fixture
def har(tmp_path: Path) -> Path:
    path = tmp_path / "traffic.har"
    path.write_text(json.dumps({"log": {"entries": ENTRIES}}), encoding="utf-8")
    return path


def test_exchanges_with_the_api_become_stubs_and_the_others_are_counted(har: Path, tmp_path: Path):
    for _ in range(2):  # the second time changes nothing
        result = called("import", har, "-o", tmp_path / "out")
        assert (result.exit_code, result.stdout) == (0, "")
        assert (
            "1 stub, from 1 exchange with https://api.example.com; left out: 1 that are malformed"
            in result.stderr
        )
        assert "2 for other hosts (https://cdn.example.com)" in result.stderr
    stubs = yaml.safe_load((tmp_path / "out" / "stubs.yaml").read_text(encoding="utf-8"))
    assert stubs == {
        "stubs": [
            {
                "operation": "update-a-cart",
                "match": {"path": "/carts/42", "body": {"purchaser_id": 12}},
                "respond": {"status": 409, "body": {"error": "ORDER_NOT_CART"}},
            }
        ]
    }
    assert called("check", "--stubs", tmp_path / "out" / "stubs.yaml").exit_code == 0


def test_the_origin_can_be_named(har: Path, tmp_path: Path):
    result = called("import", har, "-o", tmp_path / "out", "--origin", "https://cdn.example.com/")
    assert "2 stubs, from 2 exchanges with https://cdn.example.com" in result.stderr


def test_a_spec_beside_it_describes_the_api(har: Path, tmp_path: Path):
    spec = tmp_path / "openapi.yaml"
    paths = {"/a.json": {"get": {"operationId": "getA", "responses": {"200": {"description": "."}}}}}
    document = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths}
    spec.write_text(yaml.safe_dump(document), encoding="utf-8")
    assert called("import", har, spec, "-o", tmp_path / "out").exit_code == 0
    stubs = yaml.safe_load((tmp_path / "out" / "stubs.yaml").read_text(encoding="utf-8"))["stubs"]
    assert [each.get("operation") for each in stubs] == [None, "getA"]


def test_a_file_without_exchanges_makes_no_stubs(tmp_path: Path):
    har = tmp_path / "empty.har"
    har.write_text('{"log": {"entries": []}}', encoding="utf-8")
    result = called("import", har, "-o", tmp_path / "out")
    assert (result.exit_code, "0 stubs, from 0 exchanges" in result.stderr) == (0, True)
    assert called("check", "--stubs", tmp_path / "out" / "stubs.yaml").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "a HAR file requires --output DIR, the folder for its stubs"),
        (["-o", "/proc/nowhere"], "/proc/nowhere: cannot be written: "),
        (["missing.har", "-o", "out"], "missing.har: there is no such file"),
    ],
)
def test_an_import_that_fails_prints_the_reason(har: Path, arguments: list[str], message: str):
    result = called("import", har, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
