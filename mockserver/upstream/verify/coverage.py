"""What the sequences covered: operations, answers and states of items, each with how often."""

from collections import Counter

from mockserver.data.json import Json
from mockserver.engine.exchange import Exchange
from mockserver.upstream.verify.answers import decoded
from mockserver.upstream.verify.comparing import codes_of, label
from mockserver.upstream.verify.mock_side import MockSide


class Coverage:
    """Counts what the mock answered to the calls that both sides got."""

    def __init__(self, mock: MockSide) -> None:
        self._mock = mock
        self.operations: Counter[str] = Counter()
        self.codes: dict[str, Counter[str]] = {}
        self.states: dict[str, Counter[str]] = {}
        self.unknown: Counter[str] = Counter()  # what the mock cannot know

    def note(self, exchange: Exchange) -> None:
        """Count an exchange of the mock."""
        operation, answer = exchange.operation, exchange.final_answer
        name = operation.id if operation is not None else "(unknown path)"
        model = self._mock.backend.model_for(operation)
        listed = model.codes(operation.id) if model is not None and operation is not None else ()
        self.operations[name] += 1
        found = label(answer.status, decoded(answer.body), codes=codes_of(operation, listed))
        self.codes.setdefault(name, Counter())[found] += 1
        subject = self._mock.subject(exchange)
        state = self._mock.item_state(exchange.session, subject) if subject is not None else None
        if subject is not None and state is not None:
            self.states.setdefault(subject.collection, Counter())[state] += 1

    @property
    def reached(self) -> int:
        """How many different answers were reached."""
        return sum(map(len, self.codes.values()))

    def missed(self) -> list[str]:
        """The documented error codes that no call reached, each with its operation."""
        missed = []
        for operation in self._mock.backend.contract.operations:
            found = self.codes.get(operation.id, Counter())
            if found and self._mock.backend.model_for(operation) is not None:
                reached = {each.partition(" ")[2] for each in found}
                missed += [f"{operation.id} {code}" for code, _ in operation.codes() if code not in reached]
        return missed

    def as_json(self) -> dict[str, Json]:
        """The counts as JSON."""
        return {
            "operations": dict(sorted(self.operations.items())),
            "codes": {name: dict(sorted(each.items())) for name, each in sorted(self.codes.items())},
            "states": {name: dict(sorted(each.items())) for name, each in sorted(self.states.items())},
            "missed": list(self.missed()),
            "unknown": dict(sorted(self.unknown.items())),
        }
