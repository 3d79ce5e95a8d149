"""The generated values of one document, which are remembered by schema."""

from collections.abc import Callable
from functools import cached_property

from mockserver.contract.description import Direction
from mockserver.contract.document.references import referenced_value, value_at
from mockserver.contract.sampling.families import Families
from mockserver.contract.sampling.generation import Generated, Generation, Wanted
from mockserver.data.bounded_cache import BoundedCache
from mockserver.data.json import Json

REMEMBERED = 500  # plain values


class GeneratedValues:
    """Generates values for the schemas of one document as it applies to one direction.

    A plain value is generated once; its failure is remembered, too. A seed whose first attempts fail gets no
    more of them if the plain value failed, so the same seed always gives the same value.
    """

    def __init__(self, document: dict[str, Json], direction: Direction) -> None:
        self._document = document
        self._direction = direction
        self._plain: BoundedCache[tuple[str, int | None], Generated] = BoundedCache(REMEMBERED)

    @cached_property
    def _families(self) -> Families:
        return Families(self._document)

    def value(
        self,
        pointer: str,
        accepts: Callable[[Json], bool],
        seed: int | None = None,
        status: int | None = None,
    ) -> Generated:
        """The value for the schema at a pointer, whose judge is `accepts`; it must not be changed.

        `status` is that of the answer whose body it is.
        """
        if seed is None:
            found = self._plain.get((pointer, status))
            return found or self._plain.put(
                (pointer, status), self._generation(pointer, accepts, None, status).best_attempt()
            )
        generation = self._generation(pointer, accepts, seed, status)
        found = generation.search(attempts=1)
        if found.failure is None:
            return found
        if self.value(pointer, accepts, None, status).failure is None:
            return generation.best_attempt()
        return generation.best_attempt(attempts=1)

    def _generation(
        self, pointer: str, accepts: Callable[[Json], bool], seed: int | None, status: int | None
    ) -> Generation:
        return Generation(
            value_at(self._document, pointer),
            lambda reference: referenced_value(self._document, reference),
            Wanted(seed, self._direction, status),
            accepts,
            self._families,
        )
