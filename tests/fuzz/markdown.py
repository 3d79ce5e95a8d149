"""The loader of vendors' Markdown pages."""

from pathlib import Path

from mockserver.contract.markdown.page import read_page
from mockserver.data.source import CannotRead, parse
from mockserver.data.yaml_writer import to_yaml
from tests.fuzz.loading import load_and_use


def check(data: bytes) -> None:
    try:
        document = read_page(data.decode("utf-8", "ignore"), Path("page.md"))
    except CannotRead:
        return
    assert document.line("/paths")
    assert parse(to_yaml(document.data), Path("page.yaml")).data == document.data
    load_and_use(data, "page.md")
