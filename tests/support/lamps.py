"""A model of the tests: lamps, by room, that are on or off."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct, field

from mockserver.data.json import Json
from mockserver.data.merge_patch import merge_patch
from mockserver.data.reading import Cursor
from mockserver.model import Call, Outcome, Subject, UnknownSubject

Lamps: TypeAlias = Mapping[str, str]  # by room: "on" or "off"


class LampModel(Struct):
    """Answers the operation `operation`; its state has the collection `collection`."""

    name: str = "lamps"
    collection: str = "lamps"
    operation: str = "show-lamps"
    initial: Lamps = field(default_factory=lambda: {"hall": "off"})

    events = ("toggle",)

    def codes(self, operation: str) -> tuple[str, ...]:
        return ()

    def handles(self, operation: str, method: str, path: str) -> bool:
        return operation == self.operation

    def admit(self, state: Lamps, credential: str | None) -> None:
        """Accept everyone."""

    def subject(self, call: Call) -> Subject | None:
        return None

    def handle(self, state: Lamps, call: Call) -> Outcome[Lamps]:
        return Outcome(state, dict(state))

    def lay(self, state: Lamps, given: Json) -> Lamps:
        return self.load(merge_patch(self.dump(state), given))

    def fire(self, state: Lamps, subject: Subject, event: str) -> Lamps:
        if subject.id not in state:
            raise UnknownSubject(subject, tuple(state))
        return {**state, subject.id: "on"}

    def dump(self, state: Lamps) -> Json:
        return {self.collection: {room: {"is": light} for room, light in state.items()}}

    def load(self, data: Json) -> Lamps:
        root = Cursor(data)
        root.keys((self.collection,))
        rooms = (root / self.collection).entries()
        lamps = {room: (lamp / "is").choice(("on", "off"), "light") for room, lamp in rooms}
        root.finish()
        return lamps


class CartLamps(LampModel):
    """Lamps that answer the cart operation, for tests that name a model."""

    operation: str = "update-a-cart"


class RejectingLamps(LampModel):
    """Lamps with an error code."""

    def codes(self, operation: str) -> tuple[str, ...]:
        return ("LAMP_BROKEN",)
