"""README.md is one screen or two, and begins with the two commands that set everything up."""

from tests.support.docs import blocks, read


def test_it_is_short() -> None:
    text = read("README.md")
    assert len(text.splitlines()) <= 150
    assert len(text.encode()) <= 14_000


def test_its_first_two_blocks_are_the_commands_that_set_everything_up() -> None:
    assert [block.text for block in blocks("README.md")[:2]] == [
        "python3 -m venv .venv && . .venv/bin/activate && pip install . && mockserver",
        "python3 -m venv .venv && . .venv/bin/activate && pip install '.[test]' && "
        "pytest -n auto --dist worksteal",
    ]


def test_no_other_block_sets_anything_up() -> None:
    assert all("venv" not in block.text for block in blocks("README.md")[2:])
