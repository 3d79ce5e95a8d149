"""The security schemes that a page names, made out of their names and the lines that speak of them."""

import re

from mockserver.contract.markdown.outline import Prose
from mockserver.data.json import Json
from mockserver.data.reading import Cursor

_PLACE = re.compile(r"\b(header|query|cookie)\b", re.IGNORECASE)


def requirements(data: Json) -> list[str]:
    """The scheme names of a `security` list (OpenAPI 3.0.3, "Security Requirement Object"), each once.

    Raises BadData where it is not a list of objects whose values are lists of scopes.
    """
    root = Cursor(data)
    names: dict[str, None] = {}
    for requirement in root.items():
        for name, scopes in requirement.entries():
            names[name] = None
            for scope in scopes.items():
                scope.string()
    root.finish()
    return list(names)


def scheme(name: str, line: Prose | None) -> dict[str, Json]:
    """A scheme by the line that speaks of it and by its name; a bearer token where neither says more.

    A line that says both "bearer" and "API key" means a key sent as a bearer token (RFC 6750, section 2.1).
    """
    prose = "".join(span.text for span in line.value) if line else ""
    said = f"{name} {prose}".lower().replace(" ", "").replace("-", "").replace("_", "")
    found: dict[str, Json] = {"type": "http", "scheme": "bearer"}
    if "bearer" not in said:
        if "basic" in said:
            found = {"type": "http", "scheme": "basic"}
        elif "oauth" in said:
            found = {"type": "oauth2", "flows": {}}
        elif "apikey" in said or _PLACE.search(prose):
            found = _api_key(line, prose)
    return found | ({"description": prose.strip()} if prose.strip() else {})


def _api_key(line: Prose | None, prose: str) -> dict[str, Json]:
    place = _PLACE.search(prose)
    codes = line.codes if line else []
    return {
        "type": "apiKey",
        "in": place[1].lower() if place else "header",
        "name": codes[0] if codes else "X-API-Key",
    }
