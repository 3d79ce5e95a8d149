"""Derives the security schemes of a page from their names and the lines that describe them."""

import re

from mockserver.contract.markdown.outline import Prose
from mockserver.data.json import Json
from mockserver.data.reading import Cursor

_LOCATION = re.compile(r"\b(header|query|cookie)\b", re.IGNORECASE)


def requirements(data: Json) -> list[str]:
    """The names of the schemes in a `security` array, without duplicates (OpenAPI 3.0.3, section 4.7.30).

    Raises BadData if the data is not an array of objects whose values are arrays of scopes.
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
    """The security scheme that a name and the line about it suggest; a bearer token by default.

    "bearer" together with "API key" means a key that is sent as a bearer token (RFC 6750, section 2.1).
    """
    prose = "".join(span.text for span in line.value) if line else ""
    keywords = f"{name} {prose}".lower().replace(" ", "").replace("-", "").replace("_", "")
    found: dict[str, Json] = {"type": "http", "scheme": "bearer"}
    if "bearer" not in keywords:
        if "basic" in keywords:
            found = {"type": "http", "scheme": "basic"}
        elif "oauth" in keywords:
            found = {"type": "oauth2", "flows": {}}
        elif "apikey" in keywords or _LOCATION.search(prose):
            found = _api_key(line, prose)
    return found | ({"description": prose.strip()} if prose.strip() else {})


def _api_key(line: Prose | None, prose: str) -> dict[str, Json]:
    """An `apiKey` scheme; its name is the first code span of the line, and its location is in the prose."""
    location = _LOCATION.search(prose)
    codes = line.codes if line else []
    return {
        "type": "apiKey",
        "in": location[1].lower() if location else "header",
        "name": codes[0] if codes else "X-API-Key",
    }
