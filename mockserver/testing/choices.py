"""What a test chooses for its session, and how a choice is taken back without changing anything else."""

from typing import Any, Protocol
from urllib.parse import quote

from mockserver.data.json import Json
from mockserver.data.three_way_merge import three_way_merge

_STATE = "/session/state"
_SCENARIO = "/session/scenario"
_NETWORK = "/session/network"
_MUTATION = "/session/mutation"


class Ask(Protocol):
    """Makes a control call of one session, and returns the decoded body of the answer."""

    def __call__(self, method: str, path: str, body: object = None) -> Any: ...


class Choice(Protocol):
    """What was chosen for a session, and can be taken back."""

    def take_back(self) -> None: ...


class ScenarioChoice:
    """A choice of scenarios, whose names are divided by commas."""

    def __init__(self, ask: Ask, names: str, times: int | None) -> None:
        self._ask = ask
        self._names = names
        self._earlier = _chosen(ask("GET", "/session"))
        self._before: Json = ask("GET", _STATE)
        self._after = self._before
        mine = {name.strip() for name in names.split(",")}
        chosen = _chosen(ask("PUT", _SCENARIO, _choice(names, times)))
        self._operations = [each for each, row in chosen.items() if mine.issuperset(row["names"])]

    def note_state(self) -> None:
        """Note the state after the choice, from which later changes are told apart."""
        self._after = self._ask("GET", _STATE)

    def take_back(self) -> None:
        """Undo the scenarios, restore the earlier choice, and keep all else that changed since."""
        self._ask("DELETE", f"{_SCENARIO}?undo={quote(self._names, safe='')}")
        now: Json = self._ask("GET", _STATE)
        wanted = three_way_merge(self._after, now, self._before)
        if self._choose_earlier():  # which laid the state of these scenarios once more
            now = self._ask("GET", _STATE)
        if wanted != now:
            self._ask("PUT", _STATE, wanted)

    def _choose_earlier(self) -> bool:
        """Choose again what the choice replaced, unless something else is chosen now; whether that was so."""
        chosen = _chosen(self._ask("GET", "/session"))
        earlier = [each for each in self._operations if each in self._earlier and each not in chosen]
        for row in map(self._earlier.__getitem__, earlier):
            self._ask("PUT", _SCENARIO, _choice(",".join(row["names"]), row["times"]))
        return bool(earlier)


class NetworkChoice:
    """A network, as the body of the call that sets it."""

    def __init__(self, ask: Ask, network: dict[str, object]) -> None:
        self._ask = ask
        self._earlier: dict[str, Json] = ask("GET", _NETWORK)
        self._chosen: dict[str, Json] = ask("PUT", _NETWORK, network)

    def take_back(self) -> None:
        """Restore the earlier network, unless it was changed again since."""
        if self._ask("GET", _NETWORK) != self._chosen:
            return
        if self._earlier:
            self._ask("PUT", _NETWORK, self._earlier)
        else:
            self._ask("DELETE", _NETWORK)


class MutationChoice:
    """A mutation, by its name."""

    def __init__(self, ask: Ask, name: str) -> None:
        self._ask = ask
        self._earlier: str | None = ask("GET", "/session")["mutation"]
        self._chosen: str = ask("PUT", _MUTATION, {"name": name})["name"]

    def take_back(self) -> None:
        """Restore the earlier mutation, unless another one was chosen since."""
        if self._ask("GET", "/session")["mutation"] != self._chosen:
            return
        if self._earlier is None:
            self._ask("DELETE", _MUTATION)
        else:
            self._ask("PUT", _MUTATION, {"name": self._earlier})


def _chosen(session: Any) -> dict[str, Any]:
    """The chosen scenarios of a session, by operation."""
    return {row["operation"]: row for row in session["scenarios"]}


def _choice(names: str, times: int | None) -> dict[str, Json]:
    return {"name": names} if times is None else {"name": names, "times": times}
