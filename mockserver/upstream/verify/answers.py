"""Answers of both sides in the form in which they are compared and shown."""

import json
from typing import cast

from mockserver.data.json import Json
from mockserver.data.reading import MISSING
from mockserver.http.message import Headers


def decoded(body: bytes) -> object:
    """The JSON value of a body; MISSING if it is not JSON."""
    if not body:
        return MISSING
    try:
        value: Json = json.loads(body)
    except (ValueError, RecursionError):
        return MISSING
    return value


def error_code(value: object) -> str | None:
    """The member `error` of a body, if it is a string."""
    found = value.get("error") if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def shown(status: int, headers: Headers, body: bytes, failure: str = "") -> dict[str, Json]:
    """An answer for a report: status, Content-Type, and the body as JSON or as a string."""
    if failure:
        return {"status": None, "failure": failure}
    value = decoded(body)
    content_type = next((each for name, each in headers if name.lower() == "content-type"), None)
    answer: dict[str, Json] = {"status": status, "content_type": content_type}
    text = body.decode("utf-8", "replace")
    answer["body"] = cast("Json", value) if value is not MISSING else text or None
    return answer
