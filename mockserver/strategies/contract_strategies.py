"""All strategies of a contract, by operation."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Unpack

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mockserver.contract.mutations import Mutation, mutations
from mockserver.contract.operation import Contract, Operation
from mockserver.data.json import Json
from mockserver.scenarios.samples import Sample
from mockserver.scenarios.scenario import Scenario
from mockserver.strategies.fixed_parameters import FixedParameters, fixed_values
from mockserver.strategies.request_drafts import TOKEN, RequestDrafts, SentRequest, media_of
from mockserver.strategies.request_violations import InvalidRequest, invalid_requests
from mockserver.strategies.values import Values
from mockserver.strategies.world import KnownState, World

NO_SAMPLES: Mapping[str, Sample] = MappingProxyType({})


class Undocumented(LookupError):
    """The contract documents no response with this status for the operation."""

    def __init__(self, operation: Operation, status: int) -> None:
        documented = ", ".join(operation.responses) or "none"
        super().__init__(f"the contract documents no {status} for {operation.id}; documented: {documented}")
        self.operation = operation
        self.status = status


class NoScenarios(LookupError):
    """There are no scenarios, or none for the operation."""

    def __init__(self, operation: str | None) -> None:
        super().__init__(f"there is no scenario{f' for {operation}' if operation else ''} to draw from")
        self.operation = operation


class Strategies:
    """Strategies of one contract.

    An operation is named by its full name, its operationId or as in `PATCH /carts/{order_id}`. A name that
    does not mean exactly one operation raises UnknownOperation or AmbiguousOperation.
    """

    def __init__(
        self,
        contract: Contract,
        scenarios: Iterable[Scenario] = (),
        samples: Mapping[str, Sample] = NO_SAMPLES,
    ) -> None:
        """`samples` are sample requests, by the operation's full name."""
        self._contract = contract
        self._scenarios = tuple(scenarios)
        self._samples = samples

    def requests(
        self,
        operation: str,
        *,
        token: str | None = TOKEN,
        world: World | None = None,
        **fixed: Unpack[FixedParameters],
    ) -> SearchStrategy[SentRequest]:
        """Valid requests.

        `token` is sent where the contract requires a bearer token, sample credentials where it requires
        others. None means that no credentials are sent. With `world`, such as a MockSession, most ids are
        those of its state, which is read when the first request is drawn. `path`, `query`, `headers` and
        `cookies` have the values of parameters that are always sent; raises UnknownParameter and
        InvalidParameter.
        """
        found = self._contract.operation(operation)
        values = Values(found.requests)
        known = (
            None if world is None else KnownState(world, self._contract, found, self._samples.get(found.id))
        )
        drafts = RequestDrafts(found, values, token, fixed_values(found, **fixed), known)
        return drafts.strategy().map(lambda draft: draft.sent)

    def invalid_requests(
        self, operation: str, *, token: str | None = TOKEN
    ) -> SearchStrategy[InvalidRequest]:
        """Requests with exactly one violation, and the violation; credentials are as in `requests`."""
        found = self._contract.operation(operation)
        values = Values(found.requests)
        return invalid_requests(RequestDrafts(found, values, token).strategy(), values)

    def bodies(self, operation: str) -> SearchStrategy[Json]:
        """Valid request bodies as JSON values; raises NoBody."""
        found = self._contract.operation(operation)
        return Values(found.requests).for_pointer(media_of(found).schema)

    def responses(self, operation: str, status: int | None = None) -> SearchStrategy[Json]:
        """Valid response bodies as JSON values; None for a response without a body.

        Without a status, those of the successful response. Raises Undocumented.
        """
        found = self._contract.operation(operation)
        status = found.success if status is None else status
        response = found.response(status)
        if response is None:
            raise Undocumented(found, status)
        return (
            st.none() if response.media is None else Values(found.answers).for_pointer(response.media.schema)
        )

    def mutations(self, operation: str) -> SearchStrategy[Mutation]:
        """Changes to a response, as `mockserver mutate` tries them."""
        return st.sampled_from(mutations(self._contract.operation(operation)))

    def scenarios(self, operation: str | None = None) -> SearchStrategy[str]:
        """Names of scenarios, of all operations or of one; raises NoScenarios."""
        wanted = None if operation is None else self._contract.operation(operation).id
        names = [each.name for each in self._scenarios if wanted in (None, each.operation.id)]
        if not names:
            raise NoScenarios(operation)
        return st.sampled_from(names)
