"""Finds the shortest sequence that shows a difference, and the least requests in it."""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.upstream.verify.sequence import SentCall, Sequence
from mockserver.upstream.verify.variants import json_body, with_json

MOST_PLAYS = 250  # of one difference
Shows = Callable[[Sequence], bool]


def shrunk(sequence: Sequence, shows: Shows) -> Sequence:
    """The shortest sequence found that `shows` the difference, with less in its requests."""
    plays = 0

    def accepted(candidate: Sequence) -> bool:
        nonlocal plays
        plays += 1
        return plays <= MOST_PLAYS and shows(candidate)

    sequence = _shortened(sequence, accepted)
    changed = True
    while changed and plays <= MOST_PLAYS:
        changed = False
        for candidate in _simpler(sequence):
            if accepted(candidate):
                sequence, changed = candidate, True
                break
    return _shortened(sequence, accepted)


def _shortened(sequence: Sequence, accepted: Shows) -> Sequence:
    """The sequence without the steps before the last that it does not need."""
    for end in range(1, len(sequence)):  # often the last one or two steps suffice
        if accepted(sequence[-end:]):
            return _without_single_steps(sequence[-end:], accepted)
        if end == 2:
            break
    return _without_single_steps(sequence, accepted)


def _without_single_steps(sequence: Sequence, accepted: Shows) -> Sequence:
    index = 0
    while index < len(sequence) - 1:
        candidate = (*sequence[:index], *sequence[index + 1 :])
        if accepted(candidate):
            sequence = candidate
        else:
            index += 1
    return sequence


def _simpler(sequence: Sequence) -> Iterator[Sequence]:
    """The sequence with less in one of its requests, the largest steps first."""
    for index in range(len(sequence) - 1, -1, -1):
        step = sequence[index]
        if isinstance(step, SentCall):
            for call in _simpler_calls(step):
                yield (*sequence[:index], call, *sequence[index + 1 :])


def _simpler_calls(call: SentCall) -> Iterator[SentCall]:
    if "?" in call.target:
        path, _, query = call.target.partition("?")
        yield replace(call, target=path)
        members = query.split("&")
        for member in members if len(members) > 1 else ():
            yield replace(call, target=f"{path}?{'&'.join(each for each in members if each != member)}")
    for index, (name, _) in enumerate(call.headers):
        if name.lower() not in ("authorization", "content-type"):
            yield replace(call, headers=[*call.headers[:index], *call.headers[index + 1 :]])
    value = json_body(call)
    if value is not None:
        yield from (with_json(call, each) for each in _simpler_values(value))


def _simpler_values(value: Json) -> Iterator[Json]:
    """The value without one of its members or items, then with less in one of them."""
    if isinstance(value, dict):
        for name in value:
            yield {key: each for key, each in value.items() if key != name}
        for name, member in value.items():
            for less in _simpler_values(member):
                yield {**value, name: less}
    elif isinstance(value, list):
        for index in range(len(value)):
            yield [*value[:index], *value[index + 1 :]]
        for index, item in enumerate(value):
            for less in _simpler_values(item):
                yield [*value[:index], less, *value[index + 1 :]]
