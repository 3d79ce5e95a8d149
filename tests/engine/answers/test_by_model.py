"""Answers of models: the Location of what was created."""

import pytest
import yaml

from mockserver import Settings, create_app
from tests.support.asgi import in_process

PEN = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
MEDIA = {"application/json": {"schema": PEN}}
MADE = {
    "description": "Made",
    "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
    "content": MEDIA,
}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Pens", "version": "1"},
    "paths": {
        "/pens": {"post": {"requestBody": {"content": MEDIA}, "responses": {"201": MADE}}},
        "/pens/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"responses": {"200": {"description": "A pen", "content": MEDIA}}},
        },
    },
}


@pytest.mark.parametrize(("tls", "scheme"), [(False, "http"), (True, "https")])
def test_the_uri_of_a_location_has_the_scheme_of_the_server(tmp_path, tls, scheme):
    (path := tmp_path / "pens.yaml").write_text(yaml.safe_dump(DOCUMENT), encoding="utf-8")
    headers = [(b"host", b"localhost:4010"), (b"content-type", b"application/json")]
    with in_process(create_app(Settings(specs=(path,), stateful=True, tls=tls))) as process:
        reply = process.send("POST", b"/pens", headers, b'{"id": 7}')
    assert reply.header("location") == f"{scheme}://localhost:4010/pens/7"
