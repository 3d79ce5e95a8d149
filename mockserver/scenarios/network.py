"""The network of a session: the delay and the fault of its answers, or of those of one operation."""

from mockserver.data.json import Json
from mockserver.data.reading import BadData, Cursor
from mockserver.scenarios.context import Context
from mockserver.scenarios.fault_fields import FAULT_PLAN_KEYS, read_fault_plan
from mockserver.scenarios.stub import Stub
from mockserver.scenarios.stub_fields import read_operation
from mockserver.settings import Settings
from mockserver.settings.resolution import InvalidSettings


def read_network(cursor: Cursor, context: Context) -> Stub:
    """The network in the body of `PUT session/network`, as a stub without an answer; errors go to the cursor.

    A delay, a fault or both are required; null is not a value of any member.
    """
    is_object = cursor.keys((*FAULT_PLAN_KEYS, "operation"))
    if is_object and not any((cursor / key).present for key in ("delay", "fault")):
        cursor.error("the network requires a 'delay' or a 'fault'")
    operation = read_operation(cursor / "operation", context)
    return Stub(operation, None, True, None, read_fault_plan(cursor))


def network_of_settings(settings: Settings) -> dict[str, Json]:
    """The members of the network with which each new session begins, none for no network.

    Raises InvalidSettings.
    """
    members: dict[str, Json] = {
        name: value
        for name, value in (("delay", settings.delay), ("fault", settings.fault))
        if value is not None
    }
    cursor = Cursor(members)
    read_fault_plan(cursor)
    try:
        cursor.finish()
    except BadData as bad:
        messages = (f"--{error.pointer.removeprefix('/')}: {error.message}" for error in bad.errors)
        raise InvalidSettings(messages) from None
    return members
