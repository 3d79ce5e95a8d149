"""The strategies that one contract offers, by operation."""

from collections.abc import Iterable

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mockserver.contract.mutations import Mutation, mutations
from mockserver.contract.operation import Contract, Operation
from mockserver.data.json import Json
from mockserver.scenarios.scenario import Scenario
from mockserver.strategies.request_drafts import TOKEN, SentRequest, drafts, media_of
from mockserver.strategies.request_violations import InvalidRequest, violating
from mockserver.strategies.values import Values


class Undocumented(LookupError):
    """The contract documents no answer of this status for the operation."""

    def __init__(self, operation: Operation, status: int) -> None:
        documented = ", ".join(operation.responses) or "none"
        super().__init__(f"the contract documents no {status} for {operation.id}; documented: {documented}")
        self.operation = operation
        self.status = status


class NoScenarios(LookupError):
    """There is no scenario to draw from, or none of the operation."""

    def __init__(self, operation: str | None) -> None:
        super().__init__(f"there is no scenario{f' of {operation}' if operation else ''} to draw from")
        self.operation = operation


class Strategies:
    """Strategies by operation: its operationId, or `PATCH /carts/{order_id}`, else UnknownOperation."""

    def __init__(self, contract: Contract, scenarios: Iterable[Scenario] = ()) -> None:
        self._contract = contract
        self._scenarios = tuple(scenarios)

    def requests(self, operation: str, *, token: str | None = TOKEN) -> SearchStrategy[SentRequest]:
        """Requests without a violation.

        `token` is sent where the contract asks for a bearer token, sample keys where it asks for others; with
        None they have no credentials.
        """
        found = self._contract.operation(operation)
        return drafts(found, Values(found.requests), token).map(lambda draft: draft.sent)

    def invalid_requests(
        self, operation: str, *, token: str | None = TOKEN
    ) -> SearchStrategy[InvalidRequest]:
        """Requests with exactly one violation, and that violation; credentials are as in `requests`."""
        found = self._contract.operation(operation)
        values = Values(found.requests)
        return violating(drafts(found, values, token), values)

    def bodies(self, operation: str) -> SearchStrategy[Json]:
        """What request bodies say, decoded; raises NoBody."""
        found = self._contract.operation(operation)
        return Values(found.requests).for_pointer(media_of(found).schema)

    def responses(self, operation: str, status: int | None = None) -> SearchStrategy[Json]:
        """What answers of a status say (None: the successful one), decoded; None where they have no body.

        Raises Undocumented.
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
        """Ways in which an answer could be another, as `mockserver mutate` tries them one after the other."""
        return st.sampled_from(mutations(self._contract.operation(operation)))

    def scenarios(self, operation: str | None = None) -> SearchStrategy[str]:
        """Names of scenarios, of all or of one operation; raises NoScenarios."""
        wanted = None if operation is None else self._contract.operation(operation).id
        names = [each.name for each in self._scenarios if wanted in (None, each.operation.id)]
        if not names:
            raise NoScenarios(operation)
        return st.sampled_from(names)
