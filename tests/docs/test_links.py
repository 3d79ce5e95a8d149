"""The pages of docs/ hang together: links lead somewhere, and the index and the site reach every page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.docs import PAGES, read
from tests.support.paths import ROOT

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
ROOTS = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
OWN = [page for page in PAGES if page.startswith("docs/") and page != "docs/index.md"]


def links(page: str) -> list[str]:
    found: list[str] = _LINK.findall(_FENCE.sub("", read(page)))
    return [link for link in found if "://" not in link]


def anchors(path: Path) -> set[str]:
    """The ids of a page's headings, as GitHub and mkdocs make them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", each).strip().lower()) for each in headings}


@pytest.mark.parametrize("page", [*PAGES, *ROOTS])
def test_every_relative_link_leads_somewhere(page: str) -> None:
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (ROOT / page).parent / name if name else ROOT / page
        assert target.is_file(), f"{page} links to {link}"
        assert not anchor or anchor in anchors(target), f"{page} links to {link}"


def test_the_index_reaches_every_page() -> None:
    assert sorted(f"docs/{link}" for link in links("docs/index.md")) == OWN


def named(nav: object) -> Iterator[str]:
    """The pages in a part of the site's navigation."""
    match nav:
        case str():
            yield f"docs/{nav}"
        case list():
            for each in nav:
                yield from named(each)
        case dict():
            for each in nav.values():
                yield from named(each)


def test_the_navigation_of_the_site_reaches_every_page() -> None:
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert sorted(named(site["nav"])) == sorted(["docs/index.md", *OWN])


def test_the_readme_leads_to_the_index() -> None:
    assert "docs/index.md" in links("README.md")
