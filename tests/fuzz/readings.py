"""The second readings of parameters: a lenient reading never refuses what a strict one accepts.

An input's lines are a target (path and query) and headers, as for the target `parameters`.
"""

import json
from contextlib import suppress

from mockserver.contract.routing.router import UnknownPath, WrongMethod
from tests.fuzz.parameters import ROUTER, head_of


def check(data: bytes) -> None:
    head = head_of(data)
    with suppress(UnknownPath, WrongMethod):
        match = ROUTER.match("GET", head.path, any_slash=True)
        request = match.raw, head.raw_query, head.headers, head.cookie_pairs
        readers = match.operation.parameter_readers
        strict = readers.read(*request)
        lenient = readers.read(*request, lenient=True)
        assert strict.leniencies == []
        if not strict.violations:
            assert lenient.violations == lenient.leniencies == []
            assert lenient.values == strict.values
        assert bool(strict.violations) >= bool(lenient.leniencies)
        json.dumps(lenient.values, allow_nan=False)
        assert all(each.pointer.startswith("/") for each in lenient.violations)
        assert all(each.pointer.startswith("/") for each in lenient.leniencies)
        assert all(map(str, [*lenient.violations, *lenient.leniencies]))
