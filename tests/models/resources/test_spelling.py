"""Names in other spellings."""

import pytest

from mockserver.models.resources.spelling import is_about, singular, spelled_like, spelling_key


@pytest.mark.parametrize("name", ["friendly_name", "FriendlyName", "friendlyName", "friendly-name"])
def test_spellings_of_one_name_have_one_key(name):
    assert spelling_key(name) == "friendlyname"
    assert spelled_like(name, ["other", "friendly_name"]) == "friendly_name"
    assert spelled_like(name, ["friend"]) is None


@pytest.mark.parametrize(
    ("plural", "expected"),
    [("books", "book"), ("categories", "category"), ("addresses", "address"), ("boxes", "box"),
     ("status", "status"), ("ssh_keys", "ssh_key"), ("branches", "branch"), ("news", "new")],
)  # fmt: skip
def test_the_singular_of(plural, expected):
    assert singular(plural) == expected


@pytest.mark.parametrize(
    ("name", "collection", "expected"),
    [("droplets", "droplets", True), ("droplet", "droplets", True), ("sshKey", "ssh_keys", True),
     ("keys", "api_keys", True), ("data", "droplets", False)],
)  # fmt: skip
def test_a_name_is_about_a_collection(name, collection, expected):
    assert is_about(name, collection) is expected
