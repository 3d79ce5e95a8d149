"""Words of command lines reach a program as they are, whatever they hold."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.data.shell_word import shell_word


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=50))
def test_a_shell_reads_the_word_that_was_quoted(word: str) -> None:
    line = shell_word(word)
    assert "\n" not in line
    done = subprocess.run(["bash", "-c", f"printf %s {line}"], capture_output=True, check=True)
    assert done.stdout == word.encode()


def test_bytes_that_are_not_utf_8_are_escaped() -> None:
    assert shell_word("a\udcff'\n") == r"$'a\377\047\012'"
