"""The states of several models as one JSON value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.data.json import Json, object_or_empty
from mockserver.data.reading import BadData, DataError
from mockserver.engine.states import (
    UnknownCollection,
    dump_states,
    fire_event,
    item_of,
    load_states,
    model_errors,
)
from mockserver.model import AnyModel, Subject
from tests.support.lamps import LampModel, Lamps

LIGHTS = st.dictionaries(st.text(max_size=3), st.sampled_from(["on", "off"]), max_size=3)
TWO: dict[str, AnyModel] = {"lamps": LampModel(), "signs": LampModel("signs", "signs")}
INITIAL: dict[str, object] = {name: model.initial for name, model in TWO.items()}


class Dumping(LampModel):
    """Lamps with another form of dump."""

    dumped: Json = None

    def dump(self, state: Lamps) -> Json:
        return self.dumped


class Shelves(LampModel):
    """Any collections: they appear when something is in them."""

    def dump(self, state: Lamps) -> Json:
        return {name: {"is": light} for name, light in state.items()}

    def load(self, data: Json) -> Lamps:
        assert isinstance(data, dict)
        return {name: str(items) for name, items in data.items() if name != "ignored"}


def errors(states: dict[str, AnyModel], data: Json) -> dict[str, str]:
    with pytest.raises(BadData) as caught:
        load_states(states, {name: model.initial for name, model in states.items()}, data)
    return {each.pointer: each.message for each in caught.value.errors}


@given(LIGHTS, LIGHTS)
def test_dumped_states_are_loaded_to_the_same_states(lamps: Lamps, signs: Lamps) -> None:
    states: dict[str, object] = {"lamps": lamps, "signs": signs}
    assert load_states(TWO, INITIAL, dump_states(TWO, states)) == states  # type: ignore[arg-type]


def test_there_is_an_empty_state_without_models() -> None:
    assert dump_states({}, {}) == load_states({}, {}, {}) == {}
    assert errors({}, {"lamps": {}}) == {"/lamps": "unknown collection 'lamps'"}


def test_every_error_has_the_pointer_of_its_value() -> None:
    data: Json = {"signs": {"exit": {"is": "lit"}}, "lamps": [], "sign": {}}
    assert {pointer: text.partition(",")[0] for pointer, text in errors(TWO, data).items()} == {
        "/signs/exit/is": "unknown light 'lit'; valid: off",
        "/lamps": "expected an object",
        "/sign": "unknown collection 'sign'; did you mean 'signs'?",
    }
    assert errors(TWO, []) == {"": "expected an object, found an array"}


def test_a_collection_that_is_left_out_is_empty_even_for_a_model_that_expects_it() -> None:
    class Strict(LampModel):
        def load(self, data: Json) -> Lamps:
            assert isinstance(data, dict)
            return dict.fromkeys(object_or_empty(data["lamps"]), "on")

    models: dict[str, AnyModel] = {"lamps": Strict()}
    assert load_states(models, INITIAL, {}) == {"lamps": {}}
    assert errors(models, {"lamp": {}}) == {"/lamp": "unknown collection 'lamp'; did you mean 'lamps'?"}


def test_a_model_that_has_no_collections_at_first_gets_any() -> None:
    models: dict[str, AnyModel] = {**TWO, "shelves": Shelves("shelves", initial={})}
    initial = {**INITIAL, "shelves": {}}
    states = load_states(models, initial, {"lamps": {}, "top": {}})
    assert states == {"lamps": {}, "signs": {}, "shelves": {"top": "{}"}}
    assert errors(models, {"ignored": {}}) == {
        "/ignored": "unknown collection 'ignored'; did you mean 'signs'?"
    }


def test_a_collection_of_the_present_state_is_known() -> None:
    models: dict[str, AnyModel] = {"shelves": Shelves("shelves", initial={"top": "a"})}
    assert load_states(models, {"shelves": {"low": "b"}}, {"low": {}}) == {"shelves": {"low": "{}"}}


def test_an_event_changes_the_state_of_the_model_that_has_the_collection() -> None:
    states = fire_event(TWO, INITIAL, Subject("signs", "hall"), "toggle")
    assert states == {"lamps": {"hall": "off"}, "signs": {"hall": "on"}}
    assert item_of(TWO, states, Subject("signs", "hall")) == {"id": "hall", "is": "on"}


def test_an_event_of_an_unknown_collection_names_the_nearest() -> None:
    with pytest.raises(UnknownCollection, match=r"no collection 'sings'; did you mean 'signs'\?") as caught:
        fire_event(TWO, INITIAL, Subject("sings", "attic"), "toggle")
    assert caught.value.problem().members == {"valid": ["lamps", "signs"]}


def test_a_model_may_know_events_of_what_its_dump_does_not_show() -> None:
    subject = Subject("switches", "hall")
    states = fire_event(TWO, INITIAL, subject, "toggle")
    assert (states["lamps"], item_of(TWO, states, subject)) == ({"hall": "on"}, {"id": "hall"})


@pytest.mark.parametrize(
    ("dumped", "found"),
    [
        (7, "expected its dump to be an object, found a number"),
        ({"a": []}, "expected 'a' in its dump to be an object, found an array"),
    ],
    ids=["no object", "a list of items"],
)
def test_a_dump_that_is_not_an_object_of_objects_is_an_error(dumped: Json, found: str) -> None:
    model = Dumping("odd", dumped=dumped)
    expected = f"the model 'odd' does not dump its state as {{collection: {{id: item}}}}: {found}"
    assert list(model_errors([model])) == [expected]


def test_a_collection_of_two_models_is_an_error() -> None:
    assert list(model_errors([LampModel(), LampModel("lights")])) == [
        "the models 'lamps' and 'lights' both have the collection 'lamps'"
    ]


def test_a_name_of_two_models_is_an_error() -> None:
    assert list(model_errors([LampModel(), LampModel(collection="signs")])) == [
        "two models have the name 'lamps'"
    ]


def test_models_that_share_nothing_have_no_errors() -> None:
    assert list(model_errors(TWO.values())) == []


class CheckedLamps(LampModel):
    """Lamps that a client may not set all to off."""

    def check_loaded(self, state: Lamps, before: Lamps) -> Lamps:
        if state != before and "on" not in state.values():
            raise BadData([DataError("/lamps", "no lamp is on")])
        return {**state, "sign": "on"}


def test_a_model_checks_and_completes_a_state_that_a_client_sets():
    models: dict[str, AnyModel] = {"lamps": CheckedLamps()}
    shown = dump_states(models, {"lamps": {"a": "on"}})
    assert load_states(models, {"lamps": {}}, shown) == {"lamps": {"a": "on", "sign": "on"}}
    assert errors(models, dump_states(models, {"lamps": {"a": "off"}})) == {"/lamps": "no lamp is on"}
