"""Hypothesis strategies from a contract, for property tests of clients and servers.

    from hypothesis import given
    from mockserver import strategies

    @given(strategies.requests("update-a-cart"))
    def test_my_client_sends_what_the_contract_allows(request): ...

The functions use the bundled contract; `of(contract)` returns the same strategies for another one. They need
the extra `mockserver[hypothesis]`.

`values` draws values of a schema and `value_violations` changes them; `request_drafts` and
`request_violations` build whole requests from them; `contract_strategies` has all strategies of a contract.
`world` reads the state of a session, from which `known_values` and `path_ids` draw; `state_index` finds its
values by the names of parameters and properties, by the rules of `references`.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Unpack

try:
    from hypothesis.strategies import SearchStrategy

    from mockserver.strategies.contract_strategies import NO_SAMPLES, NoScenarios, Strategies, Undocumented
except ModuleNotFoundError as error:
    if error.name not in ("hypothesis", "hypothesis_jsonschema"):
        raise
    raise ModuleNotFoundError(
        f"mockserver.strategies needs {error.name}; pip install 'mockserver[hypothesis]'", name=error.name
    ) from error

from mockserver.contract.mutations import Mutation
from mockserver.contract.operation import Contract
from mockserver.data.json import Json
from mockserver.loading import load_backend
from mockserver.scenarios.samples import Sample
from mockserver.scenarios.scenario import Scenario
from mockserver.settings import Settings
from mockserver.strategies.fixed_parameters import FixedParameters, UnknownParameter
from mockserver.strategies.parameter_values import InvalidParameter
from mockserver.strategies.request_drafts import TOKEN, NoBody, SentRequest
from mockserver.strategies.request_violations import InvalidRequest
from mockserver.strategies.world import World

__all__ = [
    "TOKEN",
    "InvalidParameter",
    "InvalidRequest",
    "Mutation",
    "NoBody",
    "NoScenarios",
    "SentRequest",
    "Strategies",
    "Undocumented",
    "UnknownParameter",
    "World",
    "bodies",
    "invalid_requests",
    "mutations",
    "of",
    "requests",
    "responses",
    "scenarios",
]


def of(
    contract: Contract, scenarios: Iterable[Scenario] = (), samples: Mapping[str, Sample] = NO_SAMPLES
) -> Strategies:
    """The strategies of a contract, its scenarios, and its sample requests by the operation's full name."""
    return Strategies(contract, scenarios, samples)


@cache
def _bundled() -> Strategies:
    """The strategies of the bundled contract, which is loaded on first use."""
    backend = load_backend(Settings())
    return Strategies(backend.contract, backend.scenarios.values(), backend.samples)


def requests(
    operation: str,
    *,
    token: str | None = TOKEN,
    world: World | None = None,
    **fixed: Unpack[FixedParameters],
) -> SearchStrategy[SentRequest]:
    """`Strategies.requests` of the bundled contract."""
    return _bundled().requests(operation, token=token, world=world, **fixed)


def invalid_requests(operation: str, *, token: str | None = TOKEN) -> SearchStrategy[InvalidRequest]:
    """`Strategies.invalid_requests` of the bundled contract."""
    return _bundled().invalid_requests(operation, token=token)


def bodies(operation: str) -> SearchStrategy[Json]:
    """`Strategies.bodies` of the bundled contract."""
    return _bundled().bodies(operation)


def responses(operation: str, status: int | None = None) -> SearchStrategy[Json]:
    """`Strategies.responses` of the bundled contract."""
    return _bundled().responses(operation, status)


def mutations(operation: str) -> SearchStrategy[Mutation]:
    """`Strategies.mutations` of the bundled contract."""
    return _bundled().mutations(operation)


def scenarios(operation: str | None = None) -> SearchStrategy[str]:
    """`Strategies.scenarios` of the bundled contract."""
    return _bundled().scenarios(operation)
