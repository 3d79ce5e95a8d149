"""A body as a JSON value, without a contract: decoded if it is JSON, otherwise as a string."""

from mockserver.contract.description import is_json
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.json import Json
from mockserver.http.message import Headers


def json_or_text(data: bytes, headers: Headers) -> Json:
    """The body decoded if its Content-Type is JSON and it can be, otherwise as a string; None if empty."""
    if any(name == "content-type" and is_json(value) for name, value in headers):
        try:
            return decode(data)
        except Undecodable:
            pass
    return data.decode("utf-8", "replace") if data else None
