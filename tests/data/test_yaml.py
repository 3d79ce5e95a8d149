"""YAML is refused as soon as it has too many values, and merge keys add what is not there yet."""

import pytest

from mockserver.data.yaml import NotYaml, read_yaml

LARGE = f"- &a {{{', '.join(f'k{number}: 1' for number in range(100))}}}\n"


@pytest.mark.parametrize(
    "text",
    [
        "- a\n" * 1_000,
        LARGE + "- *a\n" * 1_000,
        LARGE + "- <<: *a\n" * 1_000,
        LARGE + "-\n" + "  <<: *a\n" * 1_000,
        LARGE + f"- <<: [{', '.join(['*a'] * 1_000)}]\n",
    ],
)
def test_too_many_values_are_refused_before_all_of_them_are_read(text: str) -> None:
    with pytest.raises(NotYaml, match="more than 500 values"):
        read_yaml(f"{text}- [", most_values=500)


def test_of_objects_that_are_merged_the_first_one_wins() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], z: 3, <<: {w: 4, x: 4}}\n"
    data = read_yaml(text)[0]

    assert isinstance(data, dict)
    assert data["c"] == {"x": 1, "y": 1, "z": 3, "w": 4}
