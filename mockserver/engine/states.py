"""The states of all models as one JSON value: `{collection: {id: item}}`, however many models there are.

The collections of a model are the members of its `dump`. States are kept by the model's name.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from mockserver.data.json import Json, object_or_empty, type_phrase
from mockserver.data.reading import BadData, Cursor
from mockserver.data.suggest import did_you_mean
from mockserver.http.problem import Problem, ProblemError, valid_names
from mockserver.model import AnyModel, Subject, TransitionRefused, UnknownSubject

Models: TypeAlias = Mapping[str, AnyModel]  # by name
States: TypeAlias = Mapping[str, object]  # by the model's name


class _Collections(dict[str, Json]):
    """What one model loads: its collections; `data[name]` is empty for one that was left out."""

    def __missing__(self, name: str) -> Json:
        return {}


class Transitions(Struct, frozen=True):
    """The events of an item: those that its model has, and those that are possible in its state.

    `state` is the name of the state, None if no refusal of an event names it.
    """

    subject: Subject
    state: str | None
    events: tuple[str, ...]
    possible: tuple[str, ...]


class UnknownCollection(ProblemError):
    """No model has this collection; `valid` are the collections that the models have."""

    def __init__(self, name: str, valid: tuple[str, ...]) -> None:
        super().__init__(f"there is no collection {name!r}{did_you_mean(name, valid)}")
        self.name = name
        self.valid = valid

    def problem(self) -> Problem:
        return Problem("unknown-subject", str(self), valid_names(self.valid))


def model_errors(models: Iterable[AnyModel]) -> Iterator[str]:
    """Why these models cannot serve together: a sentence for each defect of names or initial states."""
    names: dict[str, AnyModel] = {}
    claims: dict[str, str] = {}
    for model in models:
        if names.setdefault(model.name, model) is not model:
            yield f"two models have the name {model.name!r}"
        dumped: object = model.dump(model.initial)
        if not isinstance(dumped, dict):
            yield _form_error(model, "its dump", dumped)
            continue
        for collection, items in dumped.items():
            if not isinstance(items, dict):
                yield _form_error(model, f"{collection!r} in its dump", items)
            first = claims.setdefault(collection, model.name)
            if first != model.name:
                yield f"the models {first!r} and {model.name!r} both have the collection {collection!r}"


def _form_error(model: AnyModel, what: str, found: object) -> str:
    return (
        f"the model {model.name!r} does not dump its state as {{collection: {{id: item}}}}: "
        f"expected {what} to be an object, found {type_phrase(found)}"
    )


def dump_states(models: Models, states: States) -> dict[str, Json]:
    """The collections of all models, in the order of the models."""
    dumped: dict[str, Json] = {}
    for name, model in models.items():
        dumped |= object_or_empty(model.dump(states[name]))
    return dumped


def load_states(models: Models, states: States, data: Json) -> dict[str, object]:
    """The states that the data describes; `states` are the present ones, whose collections may be named.

    Each model loads the members of the data that belong to it; a collection that is left out counts as empty.
    Raises BadData with the errors of all models, each with the pointer of its value in the data.
    """
    root = Cursor(data)
    known = _owners(models, states)
    further = _further_keys(models)
    without_collections = _model_without_collections(models)
    parts = {name: _Collections() for name in models}
    added: dict[str, str] = {}  # collections that are new, and the model that must accept them
    for key, member in root.entries():
        owner = known.get(key) or further.get(key)
        if owner is None and (owner := without_collections) is not None:
            added[key] = owner
        if owner is None:
            member.error(f"unknown collection {key!r}{root.suggestion(key, known)}")
        else:
            parts[owner][key] = member.json
    if not isinstance(data, dict):
        root.finish()
    loaded: dict[str, object] = {}
    for name, model in models.items():
        try:
            loaded[name] = _checked(model, model.load(parts[name]), states.get(name, model.initial))
        except BadData as bad:
            root.adopt(bad)
    root.finish()
    accepted = dump_states(models, loaded) if added else {}
    for key in added.keys() - accepted.keys():
        root.error(f"unknown collection {key!r}{root.suggestion(key, accepted)}", key=key)
    root.finish()
    return loaded


def _checked(model: AnyModel, state: object, before: object) -> object:
    """A loaded state after the model's own `check_loaded`, if it has one; raises BadData."""
    check = getattr(model, "check_loaded", None)
    return state if check is None else check(state, before)


def fire_event(models: Models, states: States, subject: Subject, event: str) -> dict[str, object]:
    """The states after an event of an item.

    The model that has the collection is asked; if none has it, all are. Raises UnknownCollection,
    UnknownSubject, TransitionRefused, and BadData for an unknown event.
    """
    known = _owners(models, states)
    owner = known.get(subject.collection)
    for name in models if owner is None else (owner,):
        try:
            changed = models[name].fire(states[name], subject, event)
        except UnknownSubject:
            if name == owner:
                raise
            continue
        return {**states, name: changed}
    raise UnknownCollection(subject.collection, tuple(known))


def subjects_with_events(models: Models, states: States) -> list[Subject]:
    """The items that take events, in the order of the state: of each collection, the first one is asked."""
    return [
        Subject(collection, identifier)
        for name, model in models.items()
        if model.events
        for collection, items in _collections(model, states[name]).items()
        if (ids := tuple(object_or_empty(items)))
        and _transitions(model, states[name], Subject(collection, ids[0])) is not None
        for identifier in ids
    ]


def transitions_of(models: Models, states: States, subject: Subject) -> Transitions:
    """The events of an item that takes events; each is tried, which changes nothing."""
    name = _owners(models, states)[subject.collection]
    model = models[name]
    found = _transitions(model, states[name], subject)
    return found or Transitions(subject, None, model.events, ())


def _transitions(model: AnyModel, state: object, subject: Subject) -> Transitions | None:
    """The events of an item; None if its model has no events for it."""
    possible: list[str] = []
    named, is_subject = None, False
    for event in model.events:
        try:
            model.fire(state, subject, event)
        except TransitionRefused as refused:
            named, is_subject = refused.state, True
        except UnknownSubject:
            return None
        except BadData:
            continue
        else:
            possible.append(event)
    if not possible and not is_subject:
        return None
    return Transitions(subject, named, model.events, tuple(possible))


def item_of(models: Models, states: States, subject: Subject) -> Json:
    """One item of the states, with its id."""
    items = object_or_empty(dump_states(models, states).get(subject.collection))
    return {"id": subject.id, **object_or_empty(items.get(subject.id))}


def _owners(models: Models, states: States) -> dict[str, str]:
    """The model that has each collection, in its initial state or in the present one."""
    return {
        collection: name
        for name, model in models.items()
        for state in {id(each): each for each in (model.initial, states.get(name, model.initial))}.values()
        for collection in _collections(model, state)
    }


def _collections(model: AnyModel, state: object) -> dict[str, Json]:
    return object_or_empty(model.dump(state))


def _further_keys(models: Models) -> dict[str, str]:
    """Keys that a model's `load` accepts besides its collections, and the model that does."""
    return {key: name for name, model in models.items() for key in getattr(model, "further_keys", ())}


def _model_without_collections(models: Models) -> str | None:
    """The only model that has no collections at first, and so may get any; None if there is none."""
    names = [name for name, model in models.items() if not model.dump(model.initial)]
    return names[0] if len(names) == 1 else None
