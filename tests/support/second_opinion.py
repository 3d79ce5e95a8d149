"""An oracle: predicts answers from docs/ alone, independently of the package."""

import copy
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.table_of_checks import BODY, CODES, UNLISTED, WORLD, Refused, devices, laid, patch

STATES = {
    ("cart", "submit"): "ordered",
    ("cart", "cancel"): "cancelled",
    ("ordered", "cancel"): "cancelled",
    ("ordered", "reopen"): "cart",
}
PRECEDENCE = ("header", "prefer", "query", "cookie", "start")


@dataclass(frozen=True)
class Ask:
    """A request; `choices` maps a carrier, such as "header", to ("scenario" or "code", value)."""

    session: str
    token: str | None
    order: str
    body: bytes
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """The expected answer; `error` and `cart` are None if the body has no such content."""

    status: int
    source: str
    error: str | None = None
    cart: Any = None
    scenario: str | None = None


class Backend:
    """The oracle for a server with these scenarios (content of the files by name); it tracks sessions."""

    def __init__(self, scenarios: Mapping[str, Any], start: str | None) -> None:
        self.scenarios = scenarios
        self.start = start
        self.sessions: dict[str, dict[str, Any]] = {}
        self.calls: Counter[tuple[str, str, str]] = Counter()

    def answer(self, ask: Ask) -> Expected:
        """The expected answer; it also advances the session."""
        via, kind, value = self._chosen(ask)
        scenario = self.scenarios.get(value) if kind == "scenario" else None
        if scenario is not None and scenario.get("validate") is False:
            return forced("INTERNAL_ERROR", value)
        if ask.session not in self.sessions:
            self.sessions[ask.session] = self._born()
        stopped = stopped_early(ask)
        if stopped is not None:
            return stopped
        if kind == "code":
            return forced_status(value)
        if kind == "scenario" and scenario is None:
            return Expected(404, "mock")
        if scenario is not None and "respond" in scenario:
            return forced(scenario["respond"]["error"], value)
        return self._played(ask, scenario, value, lasting=via == "start")

    def _played(self, ask: Ask, scenario: Any, name: str, *, lasting: bool) -> Expected:
        """The model's answer, in the world that a scenario makes."""
        world = self.sessions[ask.session]
        if scenario is not None and "steps" in scenario:
            self._tell(name, scenario["steps"], ask)
        if scenario is not None and "given" in scenario and not lasting:
            world = laid(world, scenario["given"])
        label = None if scenario is None else name
        try:
            cart = patch(world, ask.token or "", ask.order, parsed(ask.body))
        except Refused as refused:
            return Expected(CODES[refused.code], "model", refused.code, scenario=label)
        return Expected(200, "model", cart=cart, scenario=label)

    def _chosen(self, ask: Ask) -> tuple[str, str, str]:
        """The way, kind and value of the choice that goes before all others."""
        choices = dict(ask.choices)
        if self.start is not None:
            choices["start"] = ("scenario", self.start)
        for via in PRECEDENCE:
            if via in choices:
                return via, *choices[via]
        return "nothing", "nothing", ""

    def _born(self) -> dict[str, Any]:
        world = copy.deepcopy(WORLD)
        world["next"] = 1 + max(device["id"] for cart in WORLD["carts"].values() for device in devices(cart))
        given = self.scenarios.get(self.start or "", {}).get("given")
        return world if given is None else laid(world, given)

    def _tell(self, name: str, steps: list[dict[str, Any]], ask: Ask) -> None:
        """A story, written out call by call: its event where the call enters a step, else nothing."""
        events = [
            event for step in steps for event in [step.get("event")] + [None] * (step.get("times", 1) - 1)
        ]
        key = (ask.session, name, ask.order)
        event = events[self.calls[key]] if self.calls[key] < len(events) else None
        self.calls[key] += 1
        cart = self.sessions[ask.session]["carts"].get(ask.order)
        if cart is not None and event is not None:
            cart["state"] = STATES.get((cart["state"], event), cart["state"])


def stopped_early(ask: Ask) -> Expected | None:
    """Checks 1 to 3, which look at nothing but the request."""
    if ask.token is None or not re.fullmatch(r"flt_sk_[A-Za-z0-9_-]+", ask.token):
        return Expected(401, "auth", "UNAUTHORIZED")
    if "carts:write" not in WORLD["tokens"].get(ask.token, UNLISTED)["scopes"]:
        return Expected(403, "auth", "INSUFFICIENT_SCOPE")
    if not re.fullmatch(r"[1-9][0-9]*", ask.order) or not BODY.is_valid(parsed(ask.body)):
        return Expected(400, "validation")
    return None


def forced(code: str, scenario: str) -> Expected:
    return Expected(CODES[code], "scenario", code, scenario=scenario)


def forced_status(status: str) -> Expected:
    """What `Prefer: code=...` asks for: the first code under that status, by the scenario named after it."""
    listed = [code for code, under in CODES.items() if str(under) == status]
    if listed:
        return forced(listed[0], listed[0].lower().replace("_", "-"))
    return Expected(200, "example") if status == "200" else Expected(404, "mock")


def parsed(body: bytes) -> Any:
    """The body's value; None, which no schema here allows, if it is not JSON.

    `101.0` is the integer 101, as JSON Schema has said since draft 6; the oracle follows draft 4 there.
    """
    try:
        return json.loads(body, parse_float=_number)
    except ValueError:
        return None


def _number(digits: str) -> float:
    number = float(digits)
    return int(number) if number.is_integer() else number
