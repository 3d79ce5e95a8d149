"""Trouble of the mock's own, as problems (RFC 9457): the one place where errors become answers."""

from typing import get_args

from mockserver.contract.bodies import Unencodable
from mockserver.contract.routing.router import UnknownPath, WrongMethod
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.security import MissingCredential
from mockserver.contract.validation import NotAcceptable
from mockserver.data.json import Json
from mockserver.engine.sessions import BadKey, NoKey
from mockserver.http.problem import Problem
from mockserver.model import Absent, Unauthenticated, UnlistedCode
from mockserver.scenarios.choice import UnknownChoice
from mockserver.scenarios.faults import BadFault

Trouble = (
    UnknownPath
    | WrongMethod
    | UnknownChoice
    | BadKey
    | NoKey
    | Unauthenticated
    | MissingCredential
    | Absent
    | NotAcceptable
    | BadFault
    | Unsatisfiable
    | Unencodable
    | UnlistedCode
)
TROUBLE = get_args(Trouble)


def problem_of(error: Trouble) -> Problem:
    """The problem that tells a client of an error."""
    detail = str(error)
    match error:
        case UnknownPath():
            hint = f"; the nearest path is {error.nearest}" if error.nearest else ""
            if error.slash:
                hint = f"; mind the slash at the end: the contract has {error.nearest}"
            members: dict[str, Json] = {"nearest": error.nearest}
            return Problem("unknown-path", 404, "No such path", detail + hint, members)
        case WrongMethod():
            allow = ", ".join(error.allowed)
            members = {"allowed": list(error.allowed)}
            return Problem("wrong-method", 405, "Method not allowed", detail, members, [("allow", allow)])
        case UnknownChoice():
            members = {"valid": list(error.valid)}
            return Problem(f"unknown-{error.kind}", 404, f"No such {error.kind}", detail, members)
        case BadFault():
            return Problem(f"bad-{error.kind}", 400, f"Not a {error.kind}", detail)
        case BadKey():
            return Problem("bad-session-key", 400, "Not a session key", detail)
        case NoKey():
            return Problem("no-session-key", 400, "A session key is missing", detail)
        case Unauthenticated() | MissingCredential():
            members = {"error": "UNAUTHORIZED"}
            challenges = error.challenges if isinstance(error, MissingCredential) else ("Bearer",)
            headers = [("www-authenticate", challenge) for challenge in challenges]
            return Problem("unauthorized", 401, "Unauthorized", detail, members, headers)
        case Unencodable():
            return Problem("unencodable", 500, "The contract's type cannot hold this body", detail)
        case Unsatisfiable():
            return Problem("no-body", 500, "The contract's schema cannot be satisfied", detail)
        case NotAcceptable():
            members = {"available": list(error.available)}
            return Problem("not-acceptable", 406, "Not acceptable", detail, members)
        case Absent():
            return Problem("absent", 404, "It is not there", detail)
        case UnlistedCode():
            return Problem("unlisted-code", 500, "The contract does not list this code", detail)
