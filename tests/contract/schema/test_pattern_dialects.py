r"""Patterns of Ruby, Python, PCRE and POSIX accept what their authors mean, and are reported."""

import pytest

from mockserver.contract.sampling.pattern_strings import pattern_string
from mockserver.contract.schema.ecma import foreign_constructs
from mockserver.contract.schema.pattern_dialects import rewritten
from mockserver.contract.schema.pattern_matching import matches
from tests.support.documents import contract_of

FOREIGN = [
    (r"\A[A-Z]{3}\z", r"^[A-Z]{3}$", "ABC", "xABC"),
    (r"\A\d+\Z", r"^\d+$", "42", "42a"),
    (r"\A\p{L}+\z", r"^\p{L}+$", "Å", "1"),
    (r"^(?P<a>x|y)-(?P=a)$", r"^(?<a>x|y)-\k<a>$", "x-x", "x-y"),
    (r"^(?>ab|a)c$", r"^(?:ab|a)c$", "abc", "bc"),
    (r"^\d++-a*+$", r"^\d+-a*$", "42-", "-"),
    (r"^a{2,}+$", r"^a{2,}$", "aa", "a"),
    (r"^a(?#a letter)b$", r"^ab$", "ab", "a"),
    (r"^[[:alpha:]_]+$", r"^[A-Za-z_]+$", "a_b", "1"),
    (r"^[^[:space:]]+$", r"^[^\s]+$", "ab", " "),
    (r"(?i)^[a-f]+$", r"(?i:^[a-f]+$)", "aF", "x"),
    (r"^(?i)[a-f]+$", r"(?i:^[a-f]+$)", "aF", "x"),
    (r"/^[a-f]+$/", r"^[a-f]+$", "af", "/af/"),
    (r"/^[a-f]+$/ig", r"(?i:^[a-f]+$)", "AF", "x"),
]


@pytest.mark.parametrize(("pattern", "source", "valid", "invalid"), FOREIGN)
def test_a_pattern_of_another_dialect_means_what_its_author_means(pattern, source, valid, invalid):
    assert rewritten(pattern).pattern == source
    assert foreign_constructs(pattern)
    assert matches(pattern, valid)
    assert not matches(pattern, invalid)


@pytest.mark.parametrize("pattern", [each[0] for each in FOREIGN])
def test_strings_are_generated_for_a_pattern_of_another_dialect(pattern):
    assert matches(pattern, pattern_string(pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        "^a$",
        r"\\A",
        r"[\\A]",
        "^/a/$",
        "/a/",
        r"^{a}$",
        r"^a\+\+$",
        "^[++]$",
        "^[[a]$",
        r"^\(\?P<$",
        r"^[[:x:]$",
    ],
)
def test_a_pattern_of_ecma_262_is_unchanged(pattern):
    assert foreign_constructs(pattern) == ()


def test_a_pattern_of_another_dialect_is_reported_and_still_applies():
    contract = contract_of(r"""
paths: {}
components:
  schemas:
    A: {type: string, pattern: '\A[A-Z]\z'}
    B: {patternProperties: {'\Aa': {}}}
    C: {pattern: '^{a}$'}
""")
    assert [(each.pointer, each.message) for each in contract.findings] == [
        (
            "/components/schemas/A/pattern",
            r"the pattern '\\A[A-Z]\\z' has \A and \z of another dialect than ECMA 262; "
            "it is read as '^[A-Z]$'",
        ),
        (
            r"/components/schemas/B/patternProperties/\Aa",
            r"the pattern '\\Aa' has \A of another dialect than ECMA 262; it is read as '^a'",
        ),
    ]
