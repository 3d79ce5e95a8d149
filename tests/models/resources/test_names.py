"""Collections are named by the last fixed segments of their paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.models.resources.names import collection_names, counter_name

SEGMENTS = st.sampled_from(["a", "b", "resources", "{x}", "{y}", "{x}.json", ""])
PATHS = st.lists(SEGMENTS, max_size=4).map(lambda segments: "".join(f"/{each}" for each in segments))


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ({"/v2/droplets": "droplets"}, "the last segment"),
        ({"/users/{u}/posts": "posts", "/users": "users"}, "the last segment, of a nested one, too"),
        ({"/users/{u}/posts": "users/posts", "/posts": "posts"}, "more segments, where there are more"),
        ({"/a/x/items": "a/x/items", "/b/x/items": "b/x/items"}, "as many as are needed"),
        ({"/a/x/items": "x/items", "/b/y/items": "y/items"}, "and no more"),
        ({"/a/{x}/b": "a/{x}/b", "/a/b": "a/b"}, "all, where only a parameter differs"),
        ({"/users": "users", "/users/": "users/"}, "all, where only a slash differs"),
        ({"/{tenant}": "{tenant}", "": "/"}, "what there is, without fixed segments"),
    ],
    ids=lambda each: each if isinstance(each, str) else None,
)
def test_a_name_is(names: dict[str, str], reason: str) -> None:
    assert collection_names(names) == names


@given(st.lists(PATHS))
def test_every_path_has_a_name_of_its_own(paths: list[str]) -> None:
    names = collection_names(paths)
    assert names.keys() == set(paths)
    assert len(set(names.values())) == len(names)
    assert counter_name(names.values()) not in names.values()


def test_the_counter_is_named_after_the_model() -> None:
    assert counter_name(["users"]) == "resources"
    assert counter_name(["users", "resources"]) == "resources-ids"
