"""Annotations of GitHub Actions."""

from pathlib import Path

from mockserver.testing.annotations import annotation, is_under_actions


def test_annotations_are_for_workflows_alone():
    assert is_under_actions({"GITHUB_ACTIONS": "true"})
    assert not is_under_actions({"GITHUB_ACTIONS": "false"})
    assert not is_under_actions({})


def test_an_annotation_names_the_file_as_the_workspace_does(tmp_path: Path):
    shown = annotation(tmp_path / "a" / "b.py", 7, "t", "m", {"GITHUB_WORKSPACE": str(tmp_path)})
    assert shown == "::error file=a/b.py,line=7,title=t::m"
    elsewhere = annotation(Path("/else/b.py"), 7, "t", "m", {"GITHUB_WORKSPACE": str(tmp_path)})
    assert elsewhere == "::error file=/else/b.py,line=7,title=t::m"


def test_characters_with_a_meaning_are_escaped():
    shown = annotation(Path("/b.py"), 7, "a: b, 5 %", "x: 5 %,\r\ny", {"GITHUB_WORKSPACE": "/"})
    assert shown == "::error file=b.py,line=7,title=a%3A b%2C 5 %25::x: 5 %25,%0D%0Ay"
