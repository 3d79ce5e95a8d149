"""An estimate of the memory that a JSON value takes. It is counted, so it is the same on every machine."""

from mockserver.data.json import Json

_STRING, _NUMBER, _ARRAY, _ITEM, _OBJECT, _MEMBER = 50, 30, 60, 8, 100, 50


def json_weight(value: Json) -> int:
    """About how many bytes of memory the value takes."""
    weight = 0
    values = [value]
    while values:
        each = values.pop()
        if isinstance(each, str):
            weight += _string_weight(each)
        elif isinstance(each, dict):
            weight += _OBJECT + _MEMBER * len(each) + sum(map(_string_weight, each))
            values.extend(each.values())
        elif isinstance(each, list):
            weight += _ARRAY + _ITEM * len(each)
            values.extend(each)
        else:
            weight += _NUMBER
    return weight


def _string_weight(text: str) -> int:
    return _STRING + (len(text) if text.isascii() else 4 * len(text))
