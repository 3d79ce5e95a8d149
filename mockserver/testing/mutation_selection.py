"""The mutations that a mutation run applies, by what the suite gets without them."""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice

from msgspec import Struct

from mockserver.contract.mutations import Mutation, Mutations, errors
from mockserver.contract.operation import Operation

NOT_MET_LIMIT = 50  # mutations that are listed for an answer that the suite does not get

Statuses = dict[str, set[str]]  # that the suite got, as the contract names them, by the operation's id


class Selection(Struct, frozen=True):
    """The mutations to run, made when they are read: a large contract has too many to list them all."""

    mutations: Mutations
    operations: Sequence[Operation]
    is_explicit: bool  # the user named the operations, so those that the suite does not call are reported
    kinds: Collection[str]  # empty: all kinds

    def any(self) -> bool:
        """Whether there is any mutation of these operations and kinds."""
        every = (each for operation in self.operations for each in self.mutations.for_operation(operation))
        return any(self._has_kind(each) for each in every)

    def met(self, statuses: Statuses) -> Iterator[Mutation]:
        """The mutations of answers that the suite gets, and the errors that can replace them."""
        for operation in self.operations:
            if operation.id in statuses:
                found = self.mutations.in_responses(operation, statuses[operation.id])
                yield from filter(self._has_kind, chain(found, errors(operation)))

    def not_met(self, statuses: Statuses) -> Iterator[tuple[Mutation, str]]:
        """The first mutations of each answer that the suite does not get, and why it does not.

        Operations that the suite does not call are included if the user named them.
        """
        for operation in self.operations:
            if operation.id not in statuses and not self.is_explicit:
                continue
            got = statuses.get(operation.id, set())
            for status in (each for each in operation.responses if each not in got):
                why = f"no test gets {status} from it" if got else "no test calls it"
                found = filter(self._has_kind, self.mutations.in_responses(operation, [status]))
                yield from ((each, why) for each in islice(found, NOT_MET_LIMIT))
            if not got:
                yield from ((each, "no test calls it") for each in filter(self._has_kind, errors(operation)))

    def _has_kind(self, mutation: Mutation) -> bool:
        return not self.kinds or mutation.kind in self.kinds
