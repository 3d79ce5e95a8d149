"""The network of a session: read from the body of a control call, and from the settings."""

import pytest

from mockserver.data.reading import BadData, Cursor
from mockserver.scenarios.faults import Fault, FaultPlan, Fixed, Lognormal
from mockserver.scenarios.network import network_of_settings, read_network
from mockserver.scenarios.stub import Stub
from mockserver.settings import Settings
from mockserver.settings.resolution import InvalidSettings
from tests.support.patches import BUNDLED

OPERATION = BUNDLED.contract.operation("update-a-cart")


def read(data: object) -> Stub:
    cursor = Cursor(data)
    stub = read_network(cursor, BUNDLED.context)
    cursor.finish()
    return stub


@pytest.mark.parametrize(
    ("data", "fault_plan", "operation"),
    [
        ({"delay": "200ms"}, FaultPlan(Fixed(0.2)), None),
        (
            {"delay": "lognormal(200ms, 0.5)", "fault": "connection-reset; probability=0.1"},
            FaultPlan(Lognormal(0.2, 0.5), Fault("connection-reset"), 0.1),
            None,
        ),
        (
            {"fault": {"name": "bad-gateway", "retryAfter": "1s"}, "probability": 0.5},
            FaultPlan(None, Fault("bad-gateway", retry_after=1), 0.5),
            None,
        ),
        ({"delay": "1s", "operation": "update-a-cart"}, FaultPlan(Fixed(1)), OPERATION),
        ({"delay": "1s", "operation": "PATCH /carts/{order_id}"}, FaultPlan(Fixed(1)), OPERATION),
    ],
)
def test_a_network_has_a_delay_a_fault_and_an_operation(data, fault_plan, operation):
    assert read(data) == Stub(operation, None, True, None, fault_plan)


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ([], {"": "expected an object, found an array"}),
        ({}, {"": "the network requires a 'delay' or a 'fault'"}),
        ({"operation": "update-a-cart"}, {"": "the network requires a 'delay' or a 'fault'"}),
        (
            {"dealy": "1s", "fault": "slow-bod", "operation": "update-a-crt"},
            {
                "/dealy": "unknown key 'dealy'; did you mean 'delay'?",
                "/fault": "unknown fault 'slow-bod'; did you mean 'slow-body'?",
                "/operation": "the contract has no operation 'update-a-crt'; did you mean 'update-a-cart'?",
            },
        ),
        ({"delay": "1s", "operation": None}, {"/operation": "expected a string, found null"}),
        ({"fault": None}, {"/fault": "expected a fault, found null"}),
        ({"delay": "1s", "probability": 0.5}, {"/probability": "'probability' requires a 'fault'"}),
    ],
)
def test_each_error_has_its_pointer_and_the_nearest_name(data, errors):
    with pytest.raises(BadData) as caught:
        read(data)
    assert {each.pointer: each.message for each in caught.value.errors} == errors


def test_settings_have_a_network_where_they_have_a_delay_or_a_fault():
    assert network_of_settings(Settings()) == {}
    assert network_of_settings(Settings(delay="1s")) == {"delay": "1s"}
    both = Settings(delay="uniform(1s, 2s)", fault="rate-limited; retry-after=1s")
    assert network_of_settings(both) == {"delay": "uniform(1s, 2s)", "fault": "rate-limited; retry-after=1s"}


def test_settings_that_are_not_valid_are_named():
    with pytest.raises(InvalidSettings) as caught:
        network_of_settings(Settings(delay="soon", fault="slow-bod"))
    delay, fault = caught.value.messages
    assert delay.startswith("--delay: expected a delay, written 200ms or 1.5s, up to 60s, or as uniform(")
    assert fault == "--fault: unknown fault 'slow-bod'; did you mean 'slow-body'?"
