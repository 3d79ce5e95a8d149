"""Masking: arbitrary bytes in any part of a request stop nothing, and show no secret that stands beside them.

An input is put beside a secret, in requests whose names mark it, and is also sent as it is.
"""

import json
from collections.abc import Iterator
from urllib.parse import quote

from mockserver.engine.masked_request import MaskedHead, MaskedRequest, SecretParts
from mockserver.http.message import Head
from mockserver.http.secret_names import SecretNames

SECRET = "Kx7~swordfish~Qz9"
PARTS = SecretParts(SecretNames(["hush"]))


def check(data: bytes) -> None:
    text = data.decode("latin-1")
    if "swordfish" in text:
        return  # what the input itself shows is no secret
    for head, body in _requests(data, text):
        request = MaskedRequest(MaskedHead(head, PARTS), body)
        sentence = request.text(f"found {text[:80]!r} and {SECRET!r}")
        shown = [request.path, request.query, request.headers, sentence]
        as_json = json.dumps(shown).encode() + request.body
        if head.method == "PUT":
            assert SECRET[:-4].encode() not in as_json
        json.dumps(shown, ensure_ascii=False).encode("utf-8", "surrogateescape")
        request.body.decode("utf-8", "replace")


def _requests(data: bytes, text: str) -> Iterator[tuple[Head, bytes]]:
    """Requests with the input: as it is, which may hold anything, and by PUT beside the secret."""
    path = quote(text, safe="/%;=")
    yield Head("POST", f"/{path}", text.partition("#")[0], [("x-note", text), ("cookie", text)]), data
    encoded = quote(text)
    query = f"a={encoded}&hush={SECRET}&{encoded}=1"
    headers = [
        ("x-note", text),
        ("hush", SECRET),
        ("cookie", f"a={SECRET}"),
        ("authorization", f"Bearer {SECRET}"),
    ]
    for body in _bodies(text):
        yield Head("PUT", f"/{path}", query, headers), body


def _bodies(text: str) -> Iterator[bytes]:
    inner = {"a": text, "hush": [SECRET, {text: SECRET}]}
    value = json.dumps({"before": text, **inner, "after": json.dumps(inner)})
    yield value.encode()
    yield value.encode("utf-16")
    yield value[: len(value) // 2].encode()
    yield f"{quote(text)}=1&a={quote(text)}&hush={SECRET}".encode()
    escaped = "".join(f"&#{ord(each)};" for each in text if each.isprintable())
    yield f"<r a='{escaped}'><b>{escaped}</b><hush><c>{escaped}</c>{SECRET}</hush></r>".encode()
    part = '--=b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    content = text.replace("--=b", "")
    yield (part.format("a", content) + part.format("hush", SECRET) + "--=b--\r\n").encode()
