"""Read-only snapshots of a state: their objects and arrays equal plain ones, but cannot be changed."""

from collections.abc import Mapping
from typing import NoReturn, TypeAlias, cast

from mockserver.data.json import Json, ReadOnlyJson, plain

__tracebackhide__ = True  # pytest shows the test's own line that tries a change
State: TypeAlias = Mapping[str, Mapping[str, Mapping[str, ReadOnlyJson]]]  # {collection: {id: item}}


def snapshot(state: Json) -> State:
    """A read-only copy of a state."""
    return cast("State", _read_only(state))


def _read_only(value: Json) -> object:
    if isinstance(value, dict):
        return _Object({name: _read_only(member) for name, member in value.items()})
    return _Array(map(_read_only, value)) if isinstance(value, list) else value


def _refuse(*_: object, **__: object) -> NoReturn:
    raise TypeError(
        "the state is a read-only snapshot; change the session's state with mock_session.patch_state(...)"
    )


class _Object(dict[str, object]):
    """An object of a snapshot; `copy.deepcopy` makes a plain one that can be changed."""

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __deepcopy__(self, memo: object) -> Json:
        return plain(self)

    def __reduce__(self) -> tuple[type[dict[str, object]], tuple[dict[str, object]]]:
        return dict, (dict(self),)


class _Array(list[object]):
    """An array of a snapshot; `copy.deepcopy` makes a plain one that can be changed."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def __deepcopy__(self, memo: object) -> Json:
        return plain(self)

    def __reduce__(self) -> tuple[type[list[object]], tuple[list[object]]]:
        return list, (list(self),)
