"""The `given` of a scenario: which model each of its collections belongs to."""

from collections.abc import Mapping

from mockserver.data.json import Json, object_or_empty
from mockserver.data.reading import BadData, Cursor
from mockserver.model import AnyModel


def read_given(cursor: Cursor, model: AnyModel, models: Mapping[str, AnyModel]) -> dict[str, Json]:
    """The parts of a `given`, by the name of the model that they are for; errors go to the cursor.

    `model` answers the scenario's operation. It gets what is not a collection of another one of `models`.
    """
    parts = _parts(cursor.json, model, models)
    for name, part in parts.items():
        try:
            models[name].lay(models[name].initial, part)
        except BadData as bad:
            cursor.adopt(bad)
    return parts


def _parts(given: Json, model: AnyModel, models: Mapping[str, AnyModel]) -> dict[str, Json]:
    if len(models) == 1 or not isinstance(given, dict) or not given:
        return {model.name: given}
    owners = {
        collection: other.name
        for other in (*models.values(), model)  # the last one wins
        for collection in object_or_empty(other.dump(other.initial))
    }
    parts: dict[str, dict[str, Json]] = {}
    for key, value in given.items():
        parts.setdefault(owners.get(key, model.name), {})[key] = value
    return dict(parts)
