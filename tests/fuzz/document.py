"""The loader of OpenAPI documents: YAML, or JSON where the text begins with a brace."""

from tests.fuzz.loading import load_and_use


def check(data: bytes) -> None:
    load_and_use(data, "document.json" if data[:1] == b"{" else "document.yaml")
