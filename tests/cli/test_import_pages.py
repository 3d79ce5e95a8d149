"""`mockserver import`: Markdown pages become a document that can be served."""

import httpx
import pytest
import yaml
from openapi_spec_validator import validate

from tests.support.live import serve
from tests.support.paths import ROOT
from tests.support.terminal import called, typed

PAGES = sorted((ROOT / "tests/contract/markdown/pages").glob("*.md"))


def test_pages_are_imported_into_one_document_that_can_be_served(tmp_path):
    target = tmp_path / "openapi.yaml"
    assert typed("import", *PAGES, "-o", target).returncode == 0
    validate(yaml.safe_load(target.read_text(encoding="utf-8")))
    with serve(str(target)) as live:
        log = live.log()
        answer = httpx.get(f"{live.url}/libraries/7/shelves")
    assert "POST /readers" in log
    assert answer.headers["x-mock-source"] != "mock"


def test_without_an_output_file_the_document_is_printed():
    document = yaml.safe_load(called("import", *PAGES).stdout)
    assert list(document["paths"]) == ["/readers", "/libraries/{library_id}/shelves"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.md"], "nowhere.md: there is no such file"),
        ([ROOT / "pyproject.toml"], "pyproject.toml:"),
        ([*PAGES, PAGES[0]], "add-a-reader.md:"),
        (
            [*PAGES, "-o", "/nowhere/at/all.yaml"],
            "/nowhere/at/all.yaml: cannot be written: No such file or directory",
        ),
    ],
    ids=["no file", "not a page", "the same page twice", "no such folder"],
)
def test_an_import_that_fails_prints_the_reason_and_exits_with_status_2(arguments, said):
    result = called("import", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
