"""The table of problem types: complete, documented, and each with its advice."""

import ast
import re
from pathlib import Path

import pytest

import mockserver
from mockserver.http.problem_types import PROBLEM_TYPES
from tests.support.docs import read

TYPES = [pytest.param(each, id=each.kind) for each in PROBLEM_TYPES.values()]


@pytest.mark.parametrize("problem_type", TYPES)
def test_each_type_has_a_title_and_one_sentence_of_advice(problem_type):
    assert problem_type.title[0].isupper()
    assert not problem_type.title.endswith(".")
    assert problem_type.advice[0].isupper()
    assert problem_type.advice.endswith(".")
    assert 400 <= problem_type.status <= 599


def test_no_two_types_have_the_same_title():
    titles = [each.title for each in PROBLEM_TYPES.values()]
    assert len({*titles}) == len(titles)


@pytest.mark.parametrize("problem_type", TYPES)
def test_the_documentation_explains_each_type(problem_type):
    assert f"`{problem_type.kind}`" in read("docs/reference/problems.md")


def test_each_type_is_used():
    """The code names most types in one string, and composes those of UnknownChoice and BadFault."""
    files = Path(mockserver.__file__).parent.rglob("*.py")
    texts = [path.read_text(encoding="utf-8") for path in files if path.name != "problem_types.py"]
    strings = {
        node.value
        for text in texts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    composed = {f"unknown-{what}" for what in ("scenario", "code", "example", "fault")}
    composed |= {"bad-delay", "bad-fault"}
    assert PROBLEM_TYPES.keys() - strings == composed


def test_the_control_api_s_document_has_the_titles_of_the_types():
    document = Path(mockserver.__file__).parent / "control/openapi.yaml"
    pattern = re.compile(r"type: \"?urn:mockserver:problem:([a-z-]+)\"?(?:\n +|, )title: ([^\n,]+)")
    titles = set(pattern.findall(document.read_text(encoding="utf-8")))
    assert len(titles) > 10
    assert titles == {(kind, PROBLEM_TYPES[kind].title) for kind, _ in titles}
