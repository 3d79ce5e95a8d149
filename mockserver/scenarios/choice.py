"""How a client says which answer it wants: header, `Prefer` (RFC 7240), query, cookie, session, start."""

import re
from typing import Literal

from msgspec import Struct

from mockserver.data.suggest import did_you_mean
from mockserver.http.message import Head
from mockserver.http.problem import Problem, ProblemError, valid_names

Via = Literal["header", "prefer", "query", "cookie", "session", "start"]
Choosable = Literal["scenario", "code", "example", "fault"]
_CARRIERS = ("x-mock-scenario", "prefer", "cookie")  # the headers that may say it
_MEMBER = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"?)++')
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
    """What was asked for, by which way; a scenario goes before the rest."""

    via: Via
    scenario: str | None = None
    code: str | None = None
    example: str | None = None
    dynamic: bool | None = None
    seed: int | None = None

    @property
    def lasting(self) -> bool:
        """Whether it was chosen for the session, not for one request."""
        return self.via in ("session", "start")

    @property
    def generated(self) -> bool:
        """Whether a generated body is asked for; a seed alone asks for one as well."""
        return self.dynamic is True or (self.seed is not None and self.dynamic is not False)

    @property
    def of_contract(self) -> bool:
        """Whether the contract's own answer is asked for, past any model."""
        return self.scenario is None and (self.code is not None or self.example is not None or self.generated)

    def applied(self, *, fixed: bool) -> tuple[str, ...]:
        """The preferences that are honoured, as `Preference-Applied` repeats them.

        `fixed`: a scenario gives the answer, so that example, dynamic and seed have no say.
        """
        if self.via != "prefer":
            return ()
        if fixed:
            return (f"scenario={self.scenario}",) if self.scenario is not None else (f"code={self.code}",)
        said = {"code": self.code, "example": self.example, "seed": self.seed}
        dynamic = () if self.dynamic is None else (f"dynamic={str(self.dynamic).lower()}",)
        return (*(f"{name}={value}" for name, value in said.items() if value is not None), *dynamic)


def asked(head: Head) -> Choice | None:
    """The first way of a request's head that says anything: header, Prefer, query, cookie."""
    if not head.query_string and head.named.keys().isdisjoint(_CARRIERS):
        return None
    if name := (head.header("x-mock-scenario") or "").strip():
        return Choice("header", scenario=name)
    said = _read("prefer", preferences(head)) or _read("query", _queried(head))
    if said is None and (cookie := head.cookies.get("mock_scenario")):
        return Choice("cookie", scenario=cookie)
    return said


def choose(own: Choice | None, of_session: str | None, at_start: str | None) -> Choice | None:
    """What a request asks for itself, else its session's scenario, else that of `--scenario`."""
    if own is not None:
        return own
    if of_session is not None:
        return Choice("session", scenario=of_session)
    return None if at_start is None else Choice("start", scenario=at_start)


def _queried(head: Head) -> dict[str, str]:
    return {name.removeprefix("__"): value for name, value in head.control_query.items() if value}


def preferences(head: Head) -> dict[str, str]:
    """The members of all `Prefer` headers; the first of a name counts (RFC 7240, section 2)."""
    found: dict[str, str] = {}
    for header in head.all("prefer"):
        for member in _MEMBER.findall(header):
            if match := _NAME_AND_VALUE.match(member):
                value = match[2]
                if value.startswith('"'):
                    value = re.sub(r"\\(.)", r"\1", value[1:-1])
                found.setdefault(match[1].lower(), value)
    return found


def _read(via: Via, said: dict[str, str]) -> Choice | None:
    seed = said.get("seed", "")
    choice = Choice(
        via,
        scenario=said.get("scenario"),
        code=said.get("code"),
        example=said.get("example"),
        dynamic={"true": True, "": True, "false": False}.get(said["dynamic"]) if "dynamic" in said else None,
        seed=int(seed) if re.fullmatch(r"-?[0-9]{1,18}", seed) else None,
    )
    return None if choice == Choice(via) else choice
