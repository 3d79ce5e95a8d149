"""Says which required stubs of a session matched no request, and why not, for the report of a test."""

from textwrap import indent
from typing import Any, cast

from mockserver.data.quoting import printable
from mockserver.testing.arguments import RequestPatternDict
from mockserver.testing.laid_stubs import LaidStub
from mockserver.testing.session import MockSession

HINT = "If that is intended, lay the stub with required=False."


def unmatched_reason(session: MockSession) -> str | None:
    """Why a test fails whose session has required stubs that matched nothing; None if it has none.

    The session's forks are considered, too. Raises CallRefused and NoAnswer.
    """
    stubs = session.unmatched_stubs()
    if not stubs:
        return None
    head = "1 stub of this test" if len(stubs) == 1 else f"{len(stubs)} stubs of this test"
    parts = [_description(session, each) for each in stubs]
    return "\n".join([f"{head} matched no request:", *parts, HINT])


def _description(session: MockSession, stub: LaidStub) -> str:
    """The stub, and the requests that are nearest to it."""
    data = cast("dict[str, Any]", stub.data)
    operation = data.get("operation")
    pattern: RequestPatternDict = {**data.get("match", {})}  # type: ignore[typeddict-item]
    if operation is not None:
        pattern["operation"] = operation
    try:
        fitting = session.verify(**pattern)
    except AssertionError as misses:
        reason = str(misses)
    else:
        reason = f"something else answered {', '.join(fitting)}, which the stub fits; the trail says what"
    return printable(f"  {stub.id}  {operation or 'any operation'}") + "\n" + indent(reason, "    ")
