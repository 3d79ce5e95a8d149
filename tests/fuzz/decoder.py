"""The decoder of bodies beside `json.loads`: it refuses more, and only for what it promises to refuse."""

import json
import math
from collections.abc import Iterator
from typing import Any

from mockserver.data.decoding import Undecodable, decode
from mockserver.data.limits import MAX_BODY_DEPTH

KEYWORDS = {"json", "encoding", "depth", "duplicateKey", "number"}
FOREIGN = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")  # byte order marks


def check(data: bytes) -> None:
    outcome, flawed = _outcome(data), list(flaws(data))
    if isinstance(outcome, Undecodable):
        assert outcome.keyword in KEYWORDS
        assert str(outcome)
        assert flawed, f"refused without a reason: {outcome}"
    else:
        assert not flawed, f"taken in spite of: {flawed}"
        assert outcome == json.loads(data)
        json.dumps(outcome, allow_nan=False, ensure_ascii=False).encode("utf-8")


def _outcome(data: bytes) -> Any:
    try:
        return decode(data)
    except Undecodable as refused:
        return refused


def flaws(data: bytes) -> Iterator[str]:
    """What a body is refused for, found out in the plainest way."""
    if data.startswith(FOREIGN) or 0 in data[:2]:
        yield "encoding"
        return
    twice: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        twice.extend(name for name in names if names.count(name) > 1)
        return dict(pairs)

    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=members)
    except (ValueError, RecursionError):  # no UTF-8, no JSON, too many digits, or too deep for Python
        yield "json"
        return
    if twice:
        yield "duplicateKey"
    yield from _flaws_of(value)


def _flaws_of(value: Any) -> Iterator[str]:
    level, depth = [value], 0
    while level:
        for each in level:
            if isinstance(each, int | float) and not _is_finite(each):
                yield "number"
        texts = [each for each in level if isinstance(each, str)]
        texts += [name for each in level if isinstance(each, dict) for name in each]
        if any("\ud800" <= character <= "\udfff" for text in texts for character in text):
            yield "encoding"
        holders = [each for each in level if isinstance(each, dict | list)]
        depth += bool(holders)
        level = [child for each in holders for child in (each.values() if isinstance(each, dict) else each)]
    if depth > MAX_BODY_DEPTH:
        yield "depth"


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number beyond a double
        return False
