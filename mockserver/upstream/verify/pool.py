"""The requests to choose from, in groups by the mock's answers: rare answers are as likely as others."""

from collections.abc import Iterable, Iterator

from mockserver.engine.exchange import Exchange
from mockserver.engine.session import Session
from mockserver.upstream.verify.answers import decoded, error_code
from mockserver.upstream.verify.mock_side import MockSide
from mockserver.upstream.verify.sequence import SentCall
from mockserver.upstream.verify.variants import json_body

LARGEST = 40  # requests of a group; the newest are kept
Group = tuple[str, str, tuple[str, ...]]  # operation, answer, names of the members of the body


class Pool:
    """The requests that were drawn so far."""

    def __init__(self, mock: MockSide) -> None:
        self._mock = mock
        self._accepted: dict[Group, list[SentCall]] = {}
        self._refused: dict[Group, list[SentCall]] = {}
        self.accepted: list[list[SentCall]] = []
        self.refused: list[list[SentCall]] = []

    def add(self, calls: Iterable[SentCall], session: Session) -> None:
        """Add requests, which are grouped by what the mock answers to them in a session."""
        for call in calls:
            exchange = self._mock.answer(session, call)
            found = self._accepted if exchange.final_answer.status < 300 else self._refused
            group = found.setdefault(_group(call, exchange), [])
            group.append(call)
            del group[:-LARGEST]
        self.accepted = list(self._accepted.values())
        self.refused = list(self._refused.values())

    @property
    def groups(self) -> list[list[SentCall]]:
        """All groups."""
        return [*self.accepted, *self.refused]

    def reads(self) -> Iterator[SentCall]:
        """The requests that read."""
        return (call for group in self.groups for call in group if call.method == "GET")

    def paths_to(self, identifier: str) -> list[str]:
        """The paths of requests that end with an id."""
        paths = (call.path for group in self.groups for call in group)
        return list(dict.fromkeys(each for each in paths if each.rpartition("/")[2] == identifier))


def _group(call: SentCall, exchange: Exchange) -> Group:
    answer, body = exchange.final_answer, json_body(call)
    name = exchange.operation.id if exchange.operation is not None else ""
    code = "" if exchange.source == "validation" else error_code(decoded(answer.body)) or ""
    members = tuple(sorted(body)) if isinstance(body, dict) and answer.status < 300 else ()
    return name, f"{answer.status} {code}", members
