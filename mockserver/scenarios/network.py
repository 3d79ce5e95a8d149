"""The network of a session: the delay and the fault of its answers, or of those of one operation."""

from msgspec import Struct

from mockserver.contract.operation import Contract, Operation
from mockserver.contract.operation_names import OperationNameError
from mockserver.data.json import Json
from mockserver.data.reading import BadData, Cursor
from mockserver.scenarios.fault_fields import FAULT_PLAN_KEYS, read_fault_plan
from mockserver.scenarios.faults import FaultPlan
from mockserver.settings import Settings
from mockserver.settings.resolution import InvalidSettings


class Network(Struct, frozen=True):
    """How a session's answers are disturbed: those of all operations, or of one."""

    fault_plan: FaultPlan
    operation: Operation | None = None


def read_network(cursor: Cursor, contract: Contract) -> Network:
    """The network in the body of `PUT session/network`; errors go to the cursor.

    A delay, a fault or both are required; null is not a value of any member.
    """
    is_object = cursor.keys((*FAULT_PLAN_KEYS, "operation"))
    if is_object and not any((cursor / key).present for key in ("delay", "fault")):
        cursor.error("the network requires a 'delay' or a 'fault'")
    name = cursor / "operation"
    return Network(read_fault_plan(cursor), _operation(name, contract) if name.present else None)


def _operation(cursor: Cursor, contract: Contract) -> Operation | None:
    name = cursor.string()
    if not isinstance(cursor.value, str):
        return None
    try:
        return contract.operation(name)
    except OperationNameError as error:
        cursor.error(str(error))
        return None


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
