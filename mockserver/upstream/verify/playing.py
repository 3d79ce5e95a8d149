"""Plays a sequence on both sides, and compares their answers step by step."""

from collections.abc import Callable

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.engine.exchange import Exchange
from mockserver.engine.session import Session
from mockserver.models.resources.model import ResourceModel
from mockserver.upstream.verify.answers import decoded, shown
from mockserver.upstream.verify.comparing import Knowledge, compare
from mockserver.upstream.verify.coverage import Coverage
from mockserver.upstream.verify.difference import Difference, Discovery
from mockserver.upstream.verify.made_values import MadeValues
from mockserver.upstream.verify.mock_side import MockSide
from mockserver.upstream.verify.pointers import leaves
from mockserver.upstream.verify.provider_side import ProviderAnswer, ProviderSide
from mockserver.upstream.verify.sequence import FiredEvent, SentCall, Sequence
from mockserver.upstream.verify.substitution import Substitution, made_ids
from mockserver.upstream.verify.variants import json_body

READING = ("GET", "HEAD", "OPTIONS")
IsNew = Callable[[Difference, tuple[str, ...]], bool]  # of a difference after these steps


class _Run(Struct):
    """What one play has learned so far."""

    session: Session
    values: MadeValues
    substitution: Substitution
    sent: dict[str, list[Json]] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    path: list[str] = field(default_factory=list)


class Player:
    """Plays sequences: each begins in the first state, or without setup where the last one ended.

    Without a model that has business rules the mock always begins anew, and knows what a sequence made.
    """

    def __init__(self, mock: MockSide, provider: ProviderSide, ignored: tuple[str, ...] = ()) -> None:
        self.coverage = Coverage(mock)
        self.has_setup = provider.setup_url is not None
        self.begins_anew = self.has_setup or not _has_rules(mock)
        self._mock = mock
        self._provider = provider
        self._ignored = ignored
        self._first_state = mock.state(mock.first)
        self._run = _Run(mock.first, MadeValues(), Substitution())

    @property
    def session(self) -> Session:
        """The mock's session in which the next sequence begins."""
        return self._mock.first if self.begins_anew else self._run.session

    def play(self, sequence: Sequence, is_new: IsNew) -> Discovery | None:
        """The first difference that is new; raises CannotVerify.

        The play ends with a difference that is not new, if the states of both sides may differ from then on.
        """
        self._begin()
        run = self._run
        for index, step in enumerate(sequence):
            if isinstance(step, FiredEvent):
                if not self._fire(step):
                    return None
                continue
            before = run.session
            exchange = self._mock.answer(before, step)
            run.session = exchange.session
            answer = self._provider.send(step, run.substitution)
            self.coverage.note(exchange)
            if exchange.final_answer.status < 300:
                for pointer, value in leaves(json_body(step)):
                    run.sent.setdefault(pointer.rpartition("/")[2], []).append(value)
            knowledge = self._knowledge(exchange)
            compared = compare(exchange, answer, knowledge, run.values, self._ignored)
            if compared.unknown:
                self.coverage.unknown[compared.unknown] += 1
                if step.method in READING or _both_refuse(exchange, answer):
                    continue
                return None
            path = (*run.path, _class(exchange.final_answer.status))
            for difference in compared.differences:
                if is_new(difference, path):
                    found = _discovery(difference, sequence[: index + 1], exchange, answer, path)
                    return replace(found, violations=compared.violations, has_rules=knowledge.rules)
            if compared.differences and not _both_refuse(exchange, answer):
                return None
            self._learn(step, before, exchange, answer)
        return None

    def reset(self) -> None:
        """Let the provider begin in the first state; raises CannotVerify."""
        self._provider.reset(self._first_state)

    def _begin(self) -> None:
        if self.has_setup:
            self.reset()
        if self.begins_anew:
            self._run = _Run(self._mock.first, MadeValues(), Substitution())
        else:
            self._run.path.clear()

    def _fire(self, event: FiredEvent) -> bool:
        """Fire an event on both sides; false if that is not possible."""
        run = self._run
        session = self._mock.fire(run.session, event)
        if session is None or event.event in self._provider.skipped:
            return False
        self._provider.fire(event, run.substitution)
        run.session = session
        run.path.append(event.event)
        return True

    def _knowledge(self, exchange: Exchange) -> Knowledge:
        model = self._mock.backend.model_for(exchange.operation)
        is_resource = isinstance(model, ResourceModel)
        rules = model is not None and not is_resource
        return Knowledge(
            self._mock.made(exchange), rules, is_resource, self._exists(exchange), self._run.sent
        )

    def _exists(self, exchange: Exchange) -> bool | None:
        """Whether the addressed item exists on both sides; None if only the mock knows."""
        subject = self._mock.subject(exchange)
        if subject is None:
            return None
        own = subject.id.rpartition("/")[2]
        if not self.has_setup and own not in self._run.made:
            return None
        return exchange.final_answer.status < 300

    def _learn(self, call: SentCall, before: Session, exchange: Exchange, answer: ProviderAnswer) -> None:
        """Note what a call on which both sides agree has sent and made."""
        run = self._run
        run.path.append(_class(exchange.final_answer.status))
        if exchange.final_answer.status >= 300:
            return
        if before.states is exchange.session.states:
            return
        made = made_ids(self._mock.state(before), self._mock.state(exchange.session))
        run.made.update(made)
        own, provider = (decoded(each) for each in (exchange.final_answer.body, answer.body))
        found = dict(leaves(provider))  # type: ignore[arg-type]
        for pointer, value in leaves(own):  # type: ignore[arg-type]
            if str(value) in made and pointer in found:
                run.substitution.add(str(value), found[pointer])


def _has_rules(mock: MockSide) -> bool:
    """Whether a model has business rules, and so must have the provider's state."""
    return any(not isinstance(each, ResourceModel) for each in mock.backend.distinct_models.values())


def _class(status: int) -> str:
    """The class of an answer in the path of a discovery."""
    return "accepted" if status < 400 else "refused"


def _both_refuse(exchange: Exchange, answer: ProviderAnswer) -> bool:
    return exchange.final_answer.status >= 400 and answer.status >= 400


def _discovery(
    difference: Difference,
    sequence: Sequence,
    exchange: Exchange,
    answer: ProviderAnswer,
    path: tuple[str, ...],
) -> Discovery:
    own = exchange.final_answer
    return Discovery(
        difference,
        sequence,
        shown(own.status, own.headers, own.body),
        shown(answer.status, answer.headers, answer.body, answer.failure),
        tuple(f"{each.step}: {each.decided}" for each in exchange.trail),
        path,
    )
