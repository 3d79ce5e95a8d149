"""A session as one frozen value: everything that one test owns.

An exchange and a control call each take a session and make the next one, which `Sessions` keeps.
A session holds plain data and the models' states, nothing compiled and no references into the contract.
"""

from collections.abc import Collection, Mapping
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

MOST_STORIES = 1_000  # stories and subjects of a session whose calls are counted
StoryCalls = Mapping[tuple[str, str], int]  # (scenario or stub, subject) -> calls so far
StubKind = Literal["stub", "scenario", "network"]
_ORDER: tuple[StubKind, ...] = ("stub", "scenario", "network")


class StubEntry(Struct, frozen=True, gc=False):
    """A stub of a session as plain data: `data` is its JSON as a string.

    The choice of a scenario is an entry whose id is the operation's full name, and whose data are the
    scenario's name; the network's has the id `network`. `origin` is the file of a stub that was read from
    one, with the pointer in it. `matched` counts the requests that it answered or disturbed, `times` is how
    many it may (None: any number).
    """

    id: str
    data: str
    kind: StubKind = "stub"
    origin: str = ""
    times: int | None = None
    matched: int = 0

    @property
    def name(self) -> str:
        """What trails, and the calls of a story, name the stub by."""
        return f"the stub {self.id}"

    @property
    def is_used_up(self) -> bool:
        """Whether it matches no further request."""
        return self.times is not None and self.matched >= self.times


class StoryUndo(Struct, frozen=True, gc=False):
    """What an event of a story changed: the state before and after it as JSON, without what is equal in both.

    The two are one string, `[before, after]`.
    """

    story: str
    data: str


class Session(Struct, frozen=True, gc=False):  # gc=False: nothing that a session holds refers back to it
    """What one test owns. It takes little memory, because the states of sessions share structure.

    Identity: `key`, `version` (how many exchanges and control calls made it), `exchanges` (how many it has
    had, which is the number of the latest one), `born` and `clock` (when it was created, and when it was made
    from its predecessor, in seconds since the epoch). The rest is its content.
    """

    key: str
    states: Mapping[str, object]  # a model's name -> its state
    stubs: tuple[StubEntry, ...] = ()  # the newest first, then the choices of scenarios, then the network
    laid: int = 0  # how many stubs were laid, which gives the next one its id
    progress: StoryCalls = field(default_factory=dict)
    story_changes: Mapping[str, str] = field(default_factory=dict)  # subject -> the story that changed it
    story_undos: tuple[StoryUndo, ...] = ()  # the oldest first
    mutation: str | None = None  # the name of what changes the answers, to see whether tests notice
    mocked: tuple[str, ...] = ()  # the full names of the operations that are not passed on
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
            self.stubs,
            self.laid,
            self.progress,
            self.story_changes,
            self.story_undos,
            self.mutation,
            self.mocked,
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

    @property
    def scenario(self) -> str | None:
        """The name of the scenario that was chosen last; None if none is chosen."""
        return next((each.data for each in self.stubs if each.kind == "scenario"), None)

    def lay_stub(self, data: str, times: int | None = None, origin: str = "") -> "Session":
        """The session with one more stub, the newest."""
        entry = StubEntry(f"s{self.laid + 1}", data, "stub", origin, times)
        return replace(self, stubs=(entry, *self.stubs), laid=self.laid + 1)

    def lay_named(self, entry: StubEntry) -> "Session":
        """The session with a choice of a scenario or with a network, instead of the one of the same id."""
        others = [each for each in self.stubs if (each.kind, each.id) != (entry.kind, entry.id)]
        stubs = sorted((entry, *others), key=lambda each: _ORDER.index(each.kind))
        return replace(self, stubs=tuple(stubs))

    def with_network(self, data: str) -> "Session":
        """The session with this network, which is JSON, instead of the one that it had."""
        return self.lay_named(StubEntry("network", data, "network"))

    def without_stubs(self, kind: StubKind, key: str | None = None) -> "Session":
        """The session without the stubs of a kind, or without the one of them that has this id."""
        kept = tuple(each for each in self.stubs if each.kind != kind or key not in (None, each.id))
        if kind != "stub" or not self.progress:
            return replace(self, stubs=kept)
        gone = {each.name for each in self.stubs if each.kind == "stub"} - {each.name for each in kept}
        progress = {story: calls for story, calls in self.progress.items() if story[0] not in gone}
        return replace(self, stubs=kept, progress=progress)

    def count_match(self, entry: StubEntry) -> "Session":
        """The session after an entry answered or disturbed a request; a choice that is used up is cleared.

        `entry` is as it was before the request, which counts once.
        """
        counted = replace(entry, matched=entry.matched + 1)
        if counted.is_used_up and entry.kind == "scenario":
            return self.without_stubs("scenario", entry.id)
        return replace(self, stubs=tuple(counted if each is entry else each for each in self.stubs))

    def with_story_change(self, subject: str, undo: StoryUndo) -> "Session":
        """The session after a story's event changed a subject; at most MOST_STORIES are remembered."""
        changes = dict(self.story_changes)
        changes.pop(subject, None)
        changes[subject] = undo.story
        if len(changes) > MOST_STORIES:
            del changes[next(iter(changes))]
        undos = (*self.story_undos, undo)[-MOST_STORIES:]
        return replace(self, story_changes=changes, story_undos=undos)

    def without_stories(self, names: Collection[str]) -> "Session":
        """The session that has forgotten the calls and the changes of these stories."""
        return replace(
            self,
            progress={story: calls for story, calls in self.progress.items() if story[0] not in names},
            story_changes={key: story for key, story in self.story_changes.items() if story not in names},
            story_undos=tuple(each for each in self.story_undos if each.story not in names),
        )

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
