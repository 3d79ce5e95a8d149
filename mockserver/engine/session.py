"""A session as one frozen value: everything that one test owns.

An exchange and a control call each take a session and make the next one; whoever keeps sessions assigns it.
A session holds plain data and the models' states, nothing compiled and no references into the contract.
"""

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

MOST_STORIES = 1_000  # stories and subjects of a session whose calls are counted
StoryCalls = Mapping[tuple[str, str], int]  # (scenario, subject) -> calls so far


class Session(Struct, frozen=True, gc=False):  # gc=False: nothing that a session holds refers back to it
    """What one test owns. It takes little memory, because the states of sessions share structure.

    Identity: `key`, `version` (how many exchanges and control calls made it), `exchanges` (how many it has
    had, which is the number of the latest one), `born` and `clock` (when it was created, and when it was made
    from its predecessor, in seconds since the epoch). The rest is its content.
    """

    key: str
    states: Mapping[str, object]  # a model's name -> its state
    scenario: str | None = None  # the name of the chosen one
    progress: StoryCalls = field(default_factory=dict)
    mutation: str | None = None  # the name of what changes the answers, to see whether tests notice
    draws: int = 0  # how many seeds were drawn
    version: int = 0
    exchanges: int = 0
    born: float = 0.0
    clock: float = 0.0

    def for_exchange(self, at: float) -> "Session":
        """The session in which the next exchange happens."""
        return Session(
            self.key,
            self.states,
            self.scenario,
            self.progress,
            self.mutation,
            self.draws,
            self.version + 1,
            self.exchanges + 1,
            self.born,
            at,
        )

    def changed(self, content: "Session", at: float) -> "Session":
        """The session after a control call: its identity with the content of another value."""
        return replace(
            content,
            key=self.key,
            version=self.version + 1,
            exchanges=self.exchanges,
            born=self.born,
            clock=at,
        )

    def with_state(self, model: str, state: object) -> "Session":
        """The session with another state of one model."""
        states = dict(self.states)
        states[model] = state
        return replace(self, states=states)

    def count_call(self, scenario: str, subject: str) -> tuple[int, "Session"]:
        """How many calls of a story came before this one for a subject, and the session after it.

        The session counts at most MOST_STORIES subjects; one more forgets the one called longest ago.
        """
        progress = dict(self.progress)
        calls = progress.pop((scenario, subject), 0)
        progress[scenario, subject] = calls + 1  # at the end, as the latest one
        if len(progress) > MOST_STORIES:
            del progress[next(iter(progress))]
        return calls, replace(self, progress=progress)

    def draw(self, seed: int) -> tuple[int, "Session"]:
        """The next seed of a generated body or fault, from the server's seed, and the session after it."""
        draws = self.draws + 1
        return seed * 1_000_003 + draws, replace(self, draws=draws)
