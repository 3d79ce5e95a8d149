"""References stay within the document's project and the folders that the user allows."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.reader.load import load
from mockserver.contract.reader.reference_folders import reference_folders
from mockserver.data.source import CannotRead

DOCUMENT = """openapi: 3.1.0
info: {title: Small, version: "1"}
paths:
  /a: {get: {responses: {"200": {description: ok, content: {application/json: {schema: {$ref: '%s'}}}}}}}
"""


def project(folder: Path, reference: str) -> Path:
    """A document two folders below `folder`, with a file beside it and one in each folder above it."""
    (api := folder / "work" / "api").mkdir(parents=True)
    for each in (folder / "outside.yaml", folder / "work" / "shared.yaml", api / "own.yaml"):
        each.write_text("Name: {type: string, const: swordfish}")
    (document := api / "openapi.yaml").write_text(DOCUMENT % reference)
    return document


def findings(document: Path, *allowed: Path) -> list[str]:
    return [each.message for each in load([document], allow_refs=allowed).findings]


@pytest.mark.parametrize("reference", ["own.yaml#/Name", "./own.yaml#/Name", "../api/own.yaml#/Name"])
def test_a_reference_may_lead_to_the_own_folder(tmp_path, reference):
    assert findings(project(tmp_path, reference)) == []


@pytest.mark.parametrize(
    "reference",
    [
        "../shared.yaml#/Name",
        "../../outside.yaml#/Name",
        "..%2F..%2Foutside.yaml#/Name",
        "%2e%2e/%2e%2e/outside.yaml#/Name",
        "own.yaml/../../../outside.yaml#/Name",
        "/etc/hostname#/Name",
        "file:///etc/hostname",
        "file:/etc/hostname",
        "link.yaml#/Name",
        "folder/outside.yaml#/Name",
    ],
)
def test_a_reference_that_leaves_the_folder_is_refused_before_the_file_is_read(tmp_path, reference):
    document = project(tmp_path, reference)
    (document.parent / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (document.parent / "folder").symlink_to(tmp_path)
    read: list[Path] = []
    contract = load([document], before_read=read.append)
    (finding,) = contract.findings
    assert "outside the project of the document, " in finding.message
    assert read == [document]
    assert "swordfish" not in str(contract.documents[0].data)


def test_the_refusal_names_the_folder_that_the_user_can_allow(tmp_path):
    document = project(tmp_path, "../../outside.yaml#/Name")
    (message,) = findings(document)
    assert message.endswith(
        f"outside the project of the document, {document.parent}; allow it by --allow-ref {tmp_path}"
    )
    assert findings(document, tmp_path) == []


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch], ids=["a clone", "a worktree"])
def test_the_project_is_the_nearest_folder_with_a_repository(tmp_path, make):
    document = project(tmp_path, "../shared.yaml#/Name")
    make(tmp_path / "work" / ".git")
    assert findings(document) == []
    document.write_text(DOCUMENT % "../../outside.yaml#/Name")
    assert len(findings(document)) == 1


def test_an_allowed_folder_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(CannotRead, match="there is no such folder"):
        load([project(tmp_path, "own.yaml#/Name")], allow_refs=[tmp_path / "missing"])


def test_a_document_that_is_a_link_refers_to_the_files_beside_the_link(tmp_path):
    document = project(tmp_path, "own.yaml#/Name")
    (content := tmp_path / "stored.yaml").write_text(document.read_text())
    document.unlink()
    document.symlink_to(content)
    assert findings(document) == []


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_only_regular_files_are_read(tmp_path, kind):
    document = project(tmp_path, "special.yaml")
    special = document.parent / "special.yaml"
    if kind == "pipe":
        os.mkfifo(special)
    elif kind == "folder":
        special.mkdir()
    else:
        special.symlink_to("/dev/zero")
    (message,) = findings(document, Path("/dev"))
    assert any(why in message for why in ("not a regular file", "Is a directory"))


@pytest.mark.parametrize("folder", ["/dev/fd", "/proc/self/fd"])
def test_a_document_may_come_through_a_pipe_but_cannot_refer_to_one(tmp_path, folder):
    (document := tmp_path / "openapi.yaml").write_text(DOCUMENT % f"{folder}/0")
    reading, writing = os.pipe()
    os.write(writing, document.read_bytes())
    os.close(writing)
    try:
        (finding,) = load([Path(folder, str(reading))], allow_refs=[Path("/dev"), Path("/proc")]).findings
    finally:
        os.close(reading)
    assert "cannot be resolved" in finding.message


def test_a_document_is_not_read_from_a_pipe_with_a_name_of_its_own(tmp_path):
    os.mkfifo(document := tmp_path / "openapi.yaml")
    with pytest.raises(CannotRead, match="not a regular file"):
        load([document])


def test_the_refusal_quotes_a_folder_that_a_shell_would_split(tmp_path):
    (folder := tmp_path / "two words").mkdir()
    (folder / "s.yaml").write_text("{}")
    (message,) = findings(project(tmp_path, "../../two words/s.yaml"))
    assert message.endswith(f"--allow-ref '{folder}'")


@pytest.mark.parametrize(
    "reference", ["%00.yaml", "x" * 5_000 + ".yaml", "a\tb\x1b[2J.yaml", "//host/own.yaml", "loop.yaml"]
)
def test_a_reference_that_is_no_possible_path_cannot_be_resolved(tmp_path, reference):
    document = project(tmp_path, "own.yaml#/Name")
    (document.parent / "loop.yaml").symlink_to("loop.yaml")
    document.write_text(
        DOCUMENT.replace("'%s'", '"%s"') % reference.replace("\t", "\\t").replace("\x1b", "\\e")
    )
    (message,) = findings(document)
    assert "cannot be resolved" in message


@given(st.lists(st.sampled_from(["..", ".", "a", "b", ".git"]), max_size=8))
def test_a_path_is_allowed_if_and_only_if_it_is_below_the_project(parts):
    folders = reference_folders(Path("/project-of-no-one/api/openapi.yaml"), [])
    path = Path("/project-of-no-one/api", *parts)
    inside = os.path.normpath(path).startswith("/project-of-no-one/api")
    try:
        folders.require(path)
    except CannotRead:
        assert not inside
    else:
        assert inside
