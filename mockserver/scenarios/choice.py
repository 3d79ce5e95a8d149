"""Which answers a client asks for: by header, `Prefer` (RFC 7240), query and cookie, in this precedence."""

import re
from typing import Literal

from msgspec import Struct

from mockserver.data.suggest import did_you_mean
from mockserver.http.message import Head
from mockserver.http.problem import Problem, ProblemError, valid_names

Via = Literal["header", "prefer", "query", "cookie"]
Choosable = Literal["scenario", "code", "example", "fault"]
_CHOICE_HEADERS = ("x-mock-scenario", "prefer", "cookie")
SEED = re.compile(r"-?[0-9]{1,18}")
_PREFERENCE = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"?)++')
_NAME_AND_VALUE = re.compile(r'\s*([^\s=;,"]+)\s*=?\s*("(?:[^"\\]|\\.)*+"|[^\s;,"]*)')


class UnknownChoice(ProblemError):
    """The chosen scenario, status code, example or fault does not exist; `valid` are those that do."""

    def __init__(self, what: Choosable, name: str, valid: tuple[str, ...]) -> None:
        super().__init__(f"there is no {what} {name!r}{did_you_mean(name, valid)}")
        self.kind = f"unknown-{what}"
        self.name = name
        self.valid = valid

    def problem(self) -> Problem:
        return Problem(self.kind, str(self), valid_names(self.valid))


class Choice(Struct, frozen=True):
    """What one part of a request asks for; scenarios have precedence over the other members."""

    via: Via
    scenarios: tuple[str, ...] = ()  # names
    code: str | None = None  # a status
    example: str | None = None
    dynamic: bool | None = None
    seed: int | None = None

    @property
    def generated(self) -> bool:
        """Whether a generated body is asked for; a seed without `dynamic` asks for one, too."""
        return self.dynamic is True or (self.seed is not None and self.dynamic is not False)

    @property
    def is_for_any(self) -> bool:
        """Whether it is for any operation, and not only for those of its scenarios."""
        return (self.code, self.example, self.dynamic, self.seed) != (None, None, None, None)

    @property
    def other_members(self) -> list[str]:
        """The names of its members that are not scenarios."""
        members = {"code": self.code, "example": self.example, "dynamic": self.dynamic, "seed": self.seed}
        return [name for name, value in members.items() if value is not None]

    @property
    def bypasses_model(self) -> bool:
        """Whether the contract is to answer, although there is a model."""
        return self.code is not None or self.example is not None or self.generated

    def applied_preferences(self, scenarios: tuple[str, ...], *, by_code: bool) -> tuple[str, ...]:
        """The preferences that are honoured, for the header `Preference-Applied`.

        `scenarios` are those that apply; with them, or if a scenario answers that the code chose, the other
        members have no effect.
        """
        if self.via != "prefer":
            return ()
        if scenarios:
            names = ",".join(scenarios)
            return (f'scenario="{names}"' if len(scenarios) > 1 else f"scenario={names}",)
        if by_code:
            return (f"code={self.code}",)
        values = {"code": self.code, "example": self.example, "seed": self.seed}
        dynamic = () if self.dynamic is None else (f"dynamic={str(self.dynamic).lower()}",)
        return (*(f"{name}={value}" for name, value in values.items() if value is not None), *dynamic)


def requested_choices(head: Head) -> tuple[Choice, ...]:
    """The choices in a request's head: X-Mock-Scenario, then Prefer, the query and the cookie."""
    if not head.query_string and head.named.keys().isdisjoint(_CHOICE_HEADERS):
        return ()
    choices = (
        _scenario_choice("header", ",".join(head.all("x-mock-scenario"))),
        _choice_of("prefer", preferences(head)),
        _choice_of("query", _query_members(head)),
        _scenario_choice("cookie", head.cookies.get("mock_scenario", "")),
    )
    return tuple(choice for choice in choices if choice is not None)


def _names(text: str) -> tuple[str, ...]:
    """The names of scenarios, which are divided by commas."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _scenario_choice(via: Via, text: str) -> Choice | None:
    """The choice of the scenarios in a text; None if it names none."""
    names = _names(text)
    return Choice(via, names) if names else None


def preferences(head: Head) -> dict[str, str]:
    """The preferences of all `Prefer` headers; the first of a name counts (RFC 7240, section 2)."""
    found: dict[str, str] = {}
    for header in head.all("prefer"):
        for preference in split_preferences(header):
            if match := _NAME_AND_VALUE.match(preference):
                value = match[2]
                if value.startswith('"'):
                    value = re.sub(r"\\(.)", r"\1", value[1:-1])
                found.setdefault(match[1].lower(), value)
    return found


def split_preferences(value: str) -> list[str]:
    """The preferences in the value of a header Prefer, each with its parameters (RFC 7240, section 2)."""
    return _PREFERENCE.findall(value)


def _query_members(head: Head) -> dict[str, str]:
    """The query's control members that have a value, by their names without the underscores."""
    return {name.removeprefix("__"): value for name, value in head.control_query.items() if value}


def _choice_of(via: Via, members: dict[str, str]) -> Choice | None:
    """The choice that the members of Prefer or of the query make, None where they make none."""
    seed, dynamic = members.get("seed", ""), members.get("dynamic")
    choice = Choice(
        via,
        scenarios=_names(members.get("scenario", "")),
        code=members.get("code"),
        example=members.get("example"),
        dynamic={"true": True, "": True, "false": False}.get(dynamic) if dynamic is not None else None,
        seed=int(seed) if SEED.fullmatch(seed) else None,
    )
    return None if choice == Choice(via) else choice
