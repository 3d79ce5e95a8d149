"""Control characters of a document are never written to a terminal."""

import json
import re

import pytest

from mockserver.cli.banner import banner
from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.support.terminal import called

BAD = (
    "\x1b]0;owned\x07\r\x9b2J\u202e\n"  # a title, a carriage return, a C1 control, bidi override, a new line
)
UNSAFE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
ANSWER = {"description": BAD, "content": {"application/json": {"example": BAD}}}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": f"A{BAD}mockserver is listening on http://host.example", "version": BAD},
    "paths": {
        f"/a{BAD}": {"get": {"operationId": f"read{BAD}", "summary": BAD, "responses": {"200": ANSWER}}},
        "/b": {"get": {"responses": {"200": {"$ref": f"#/components/{BAD}"}}, f"key{BAD}": 1}},
    },
    "components": {"schemas": {f"A{BAD}": {"type": BAD, "patern": BAD, "enum": BAD}, "B": {f"kind{BAD}": 1}}},
}
SCENARIO = {"summary": BAD, "operation": f"read{BAD}", "respond": {"status": 200, "body": [BAD]}}


@pytest.fixture
def document(tmp_path):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios/odd.yaml").write_text(json.dumps(SCENARIO))
    (path := tmp_path / "api.json").write_text(json.dumps(DOCUMENT))
    return path


@pytest.mark.parametrize(
    "arguments", [("check",), ("check", "--verbose"), ("scenarios",), ("serve", "--strict")]
)
def test_a_command_escapes_the_texts_of_a_document(document, arguments):
    done = called(*arguments, document)
    assert "owned" in done.output
    assert not UNSAFE.search(done.output)


def test_a_summary_is_one_line_of_the_list_of_scenarios(document):
    lines = called("scenarios", document).output.split("\n")
    assert [line[:5] for line in lines if line.strip()] == ["odd: ", "  ans", "  cur"]


def test_the_banner_escapes_them_and_no_title_can_look_like_a_line_of_the_server(document):
    text = banner(load_backend(Settings(specs=(document,))))
    assert not UNSAFE.search(text)
    assert "mockserver is listening on" not in [line[:26] for line in text.splitlines()]
