"""URLs of the API's own servers in an answer: they lead to the mock, not to the real API.

A client that follows such a URL would send its credentials to the real API.
"""

import re
from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit

from msgspec.structs import replace

from mockserver.contract.operation import DirectedDocument, Operation
from mockserver.data.json import Json
from mockserver.data.reading import MISSING
from mockserver.http.message import Answer, encoded


def with_own_urls(answer: Answer, operation: Operation, base: str) -> Answer:
    """The answer with `base` (`http://127.0.0.1:4010`) in place of the origin of each server's URL.

    It changes strings of a JSON body that begin with such a URL, and such URLs in other bodies and headers.
    """
    urls = operation.server_urls
    if any(url in value for _, value in answer.headers for url in urls):
        pattern = _origins(urls)
        headers = [(name, pattern.sub(lambda _: base, value)) for name, value in answer.headers]
        answer = replace(answer, headers=headers)
    if not any(url in answer.body for url in _as_bytes(urls)):
        return answer
    if answer.value is MISSING:
        text = answer.body.decode("utf-8", "surrogateescape")
        body = _origins(urls).sub(lambda _: base, text).encode("utf-8", "surrogateescape")
        return replace(answer, body=body)
    value = _localized(operation.answers, cast("Json", answer.value), urls, base)
    return replace(answer, body=encoded(value), value=value)


@lru_cache(maxsize=256)
def _as_bytes(urls: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(url.encode() for url in urls)


@lru_cache(maxsize=256)
def _origins(urls: tuple[str, ...]) -> re.Pattern[str]:
    """Matches the origin of a server's URL where such a URL begins in a text."""
    origins: list[str] = []
    for url in urls:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        origins.append(rf"{re.escape(origin)}(?={re.escape(url[len(origin) :])}(?:[/?#<>\s\"']|$))")
    return re.compile(rf"(?<![^\s<>\"'=(,])(?:{'|'.join(origins)})")


def _localized(directed: DirectedDocument, value: Json, urls: tuple[str, ...], base: str) -> Json:
    """The value with its own URLs; it is remembered if the value is."""
    known = directed.localized.get((id(value), base))
    if known is not None and known[0] is value:
        return known[1]
    localized = _changed(value, _origins(urls), base)
    schema = directed.remembered_schema(value)
    if schema is not None:
        directed.localized.put((id(value), base), (value, localized))
        directed.remember_violations(schema, localized)
    return localized


def _changed(value: Json, origins: re.Pattern[str], base: str) -> Json:
    match value:
        case str():
            origin = origins.match(value)
            return value if origin is None else base + value[origin.end() :]
        case list():
            return [_changed(item, origins, base) for item in value]
        case dict():
            return {name: _changed(member, origins, base) for name, member in value.items()}
    return value
