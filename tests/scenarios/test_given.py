"""A `given` is divided among the models whose collections it names."""

import pytest

from mockserver.data.json import Json
from mockserver.data.reading import Cursor
from mockserver.model import AnyModel
from mockserver.scenarios.given import read_given
from tests.support.lamps import LampModel

LAMPS, SIGNS = LampModel(), LampModel("signs", "signs")
BOTH: dict[str, AnyModel] = {"lamps": LAMPS, "signs": SIGNS}
ON: Json = {"hall": {"is": "on"}}


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ({"signs": ON}, {"signs": {"signs": ON}}),
        ({"lamps": ON}, {"lamps": {"lamps": ON}}),
        ({"signs": ON, "lamps": ON}, {"signs": {"signs": ON}, "lamps": {"lamps": ON}}),
        ({}, {"signs": {}}),
    ],
    ids=["its own", "another's", "both", "nothing"],
)
def test_each_model_gets_its_collections(given: Json, parts: dict[str, Json]) -> None:
    cursor = Cursor(given)
    assert read_given(cursor, SIGNS, BOTH) == parts
    assert cursor.errors == []


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"lamps": {"hall": {"is": "lit"}}}, "/given/lamps/hall/is"),
        ({"signs": {"hall": {"is": "lit"}}}, "/given/signs/hall/is"),
        ({"sign": {}}, "/given/sign"),
        ([], "/given"),
    ],
    ids=["another's", "its own", "an unknown collection", "no object"],
)
def test_an_error_has_the_pointer_of_its_value(given: Json, pointer: str) -> None:
    cursor = Cursor({"given": given})
    read_given(cursor / "given", SIGNS, BOTH)
    assert pointer in [error.pointer for error in cursor.errors]


def test_the_only_model_gets_all() -> None:
    cursor = Cursor({"whatever": 1})
    assert read_given(cursor, SIGNS, {"signs": SIGNS}) == {"signs": {"whatever": 1}}
    assert [str(error) for error in cursor.errors] == ["/whatever: unknown key 'whatever'; valid: signs"]
