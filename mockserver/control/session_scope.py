"""The query parameter `scope` of control calls, which are about one session or about all of them."""

from mockserver.control.request import ControlRequest
from mockserver.data.reading import Cursor
from mockserver.engine.session_keys import session_key


def read_scope(query: Cursor) -> str | None:
    """`session` or `all`; errors go to the cursor."""
    return (query / "scope").choice(("session", "all"), "scope") if (query / "scope").present else "session"


def key_in_scope(call: ControlRequest, scope: str | None) -> str | None:
    """The key of the session that the call concerns, None for all sessions.

    Raises BadSessionKey, and NoSessionKey where one session is concerned.
    """
    if scope == "all":
        session_key(call.request.head)  # not needed here, but an invalid key is refused, as in every call
        return None
    return call.session.key
