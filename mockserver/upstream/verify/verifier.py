"""Verifies a provider: draws sequences, plays them on both sides, and collects what differs."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Sequence as Names

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.data.json import Json, object_or_empty
from mockserver.engine.backend import Backend
from mockserver.settings import Settings
from mockserver.upstream.verify.coverage import Coverage
from mockserver.upstream.verify.difference import Difference, Discovery, Key
from mockserver.upstream.verify.drawing import BATCH, SequenceDrawer
from mockserver.upstream.verify.mock_side import MockSide
from mockserver.upstream.verify.playing import Player
from mockserver.upstream.verify.provider_side import CannotVerify, ProviderSide
from mockserver.upstream.verify.request_source import RequestSource, RequestStrategies
from mockserver.upstream.verify.sequence import SentCall, Sequence
from mockserver.upstream.verify.shrinking import shrunk

PER_KIND = 2  # discoveries of one difference, after steps of the same classes, that are shrunk
MOST_KINDS = 50
PRESENT_BATCH = 5  # sequences that are drawn at once from a present state
MOST_FAILURES = 3  # plays in a row without any answer, before the provider counts as gone
OVERTIME = 5.0  # seconds in which the last difference is still shrunk

OWN_TOKEN = "flt_sk_demo"  # of no one in particular
NO_SETUP = (
    "there is no --setup-url, so nothing is reset: each sequence begins in the state in which the provider"
    " is, and only what it makes itself is known"
)
PRESENT_STATE = (
    "there is no --setup-url, so nothing is reset and no event is fired: each sequence begins in the state in"
    " which the provider is, which must be that of the fixtures at first"
)

Clock = Callable[[], float]


class Result(Struct):
    """What a run has found so far."""

    seed: int
    coverage: Coverage
    sequences: int = 0
    requests: int = 0
    seconds: float = 0.0
    discoveries: list[Discovery] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Verifier:
    """One run against a provider."""

    def __init__(
        self,
        drawer: SequenceDrawer,
        player: Player,
        provider: ProviderSide,
        seed: int,
        clock: Clock = time.monotonic,
    ) -> None:
        self._drawer = drawer
        self._player = player
        self._provider = provider
        self._clock = clock
        self._end = 0.0
        self._found: dict[Key, Discovery] = {}
        self._shrinks: Counter[Key] = Counter()
        self._retired: set[str] = set()  # paths whose items may differ, if there is no setup
        self._silent = 0
        self.result = Result(seed, player.coverage)

    def run(self, seconds: float) -> Iterator[Result]:
        """Play sequences for so many seconds; the result after each. Raises CannotVerify."""
        started = self._clock()
        self._end = started + seconds
        if self._player.has_setup:
            self._player.reset()
            self._drawer.events = [
                each for each in self._drawer.events if each.event not in self._provider.skipped
            ]
        while self._clock() < self._end and len(self._found) < MOST_KINDS:
            sequences = self._drawer.batch(
                self._player.session, BATCH if self._player.begins_anew else PRESENT_BATCH
            )
            if not sequences:
                raise CannotVerify("no request can be drawn for these operations")
            for sequence in sequences:
                if self._clock() >= self._end:
                    break
                self._play(sequence)
                self.result.seconds = self._clock() - started
                yield self.result

    def _play(self, sequence: Sequence) -> None:
        if not self._player.has_setup and self._is_retired(sequence):
            return
        self.result.sequences += 1
        discovery = self._player.play(sequence, self._is_new)
        if discovery is not None:
            self._note_failure(discovery)
            self._shrinks[_coarse(discovery.difference, discovery.path)] += 1
            self._add(self._shrunk(discovery))
            if not self._player.has_setup and _may_diverge(discovery):
                self._retired |= {each.path for each in discovery.sequence if isinstance(each, SentCall)}
        else:
            self._silent = 0
        self.result.requests = self._provider.requests

    def _is_retired(self, sequence: Sequence) -> bool:
        return any(isinstance(each, SentCall) and each.path in self._retired for each in sequence)

    def _is_new(self, difference: Difference, path: tuple[str, ...]) -> bool:
        return self._shrinks[_coarse(difference, path)] < PER_KIND

    def _note_failure(self, discovery: Discovery) -> None:
        if discovery.difference.kind != "no-answer":
            self._silent = 0
            return
        self._silent += 1
        self._provider.check_reachable()
        if self._silent > MOST_FAILURES:
            raise CannotVerify(f"the provider gives no answers any more: {discovery.difference.sentence}")

    def _shrunk(self, discovery: Discovery) -> Discovery:
        """The discovery with the shortest sequence that was found."""
        key, best = discovery.difference.key, None

        def shows(candidate: Sequence) -> bool:
            nonlocal best
            if self._clock() > self._end + OVERTIME:
                return False
            found = self._player.play(candidate, lambda difference, _: difference.key == key)
            if found is not None:
                best = found
            return found is not None

        if not shows(discovery.sequence):
            return replace(discovery, is_confirmed=False)
        shrunk(discovery.sequence, shows)
        return best or discovery

    def _add(self, discovery: Discovery) -> None:
        kept = self._found.get(discovery.key)
        if kept is None or len(discovery.sequence) < len(kept.sequence):
            self._found[discovery.key] = discovery
        self.result.discoveries = list(self._found.values())


def _may_diverge(discovery: Discovery) -> bool:
    """Whether a side that keeps its own rules may have another state from now on."""
    statuses = [each.get("status") for each in (discovery.mock, discovery.provider)]
    return discovery.has_rules and any(isinstance(each, int) and each < 400 for each in statuses)


def _coarse(difference: Difference, path: tuple[str, ...]) -> Key:
    """What differences of one kind are likely to have in common before they are shrunk."""
    return *difference.key, *sorted({*path[:-1]})


def verifier_for(
    backend: Backend,
    settings: Settings,
    strategies: RequestStrategies,
    provider: ProviderSide,
    only: Names[str] = (),
    ignored: tuple[str, ...] = (),
) -> Verifier:
    """The verifier of a provider; `only` names the operations to call, all if it is empty.

    Raises OperationNameError, and CannotVerify if the provider cannot be reached.
    """
    contract = backend.contract
    operations = [contract.operation(name) for name in only] or list(contract.operations)
    strict = replace(settings, strict_parameters=True, lenient_read_only=False, echo=False)
    mock = MockSide(backend, strict, provider.host)
    provider.check_reachable()
    state = mock.state(mock.first)
    events = mock.events() if provider.setup_url is not None else []
    source = RequestSource(strategies, operations, state)
    drawer = SequenceDrawer(mock, source, _tokens(state), events, settings.seed)
    player = Player(mock, provider, ignored)
    verifier = Verifier(drawer, player, provider, settings.seed)
    if not player.has_setup:
        verifier.result.notes.append(NO_SETUP if player.begins_anew else PRESENT_STATE)
    return verifier


def _tokens(state: Mapping[str, Json]) -> list[str]:
    """Bearer tokens: one that no collection lists, and those of a collection `tokens`."""
    return [OWN_TOKEN, *object_or_empty(state.get("tokens"))]
