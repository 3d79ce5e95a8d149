"""Generate a value for a schema in a bounded number of attempts; without success, the best attempt."""

from collections.abc import Callable
from random import Random

from msgspec import Struct

from mockserver.contract.description import Direction
from mockserver.contract.sampling.context import Resolve, SamplingContext, Unsatisfiable
from mockserver.contract.sampling.families import NO_FAMILIES, Families
from mockserver.contract.sampling.sampler import Exhausted, SchemaSampler, Spent
from mockserver.data.json import Json

ATTEMPTS = 9  # whole values generated until the caller accepts one
PLAIN_ATTEMPTS = 3  # of these, without randomness if there is no seed
TOO_DEEP = "the schema refers to too many schemas, each within the other"
BEST_STEPS = 3_000  # values generated in the best attempt before parts of it stay empty


class Generated(Struct, frozen=True):
    """A generated value; `failure` says why it is invalid, if no valid value was found."""

    value: Json
    failure: Unsatisfiable | None = None


class Wanted(Struct, frozen=True):
    """What is to be generated, apart from the schema.

    Without a seed the value is plain: the schema's own example, else short and readable. With a seed it
    varies, but is the same for the same seed. `status` is that of the answer whose body is generated.
    """

    seed: int | None = None
    direction: Direction = "response"
    status: int | None = None


def generate(
    schema: Json,
    resolve: Resolve,
    *,
    seed: int | None = None,
    direction: Direction = "response",
    status: int | None = None,
    accepts: Callable[[Json], bool] | None = None,
) -> Json:
    """A value that is valid against the schema (JSON Schema 2020-12 as OpenAPI 3.1 uses it).

    `resolve` returns the schema that a `$ref` names; its errors are not caught. Optional properties are
    omitted if they are `readOnly` in a request or `writeOnly` in a response. `accepts` validates a whole
    value; if it returns False, another value is generated, up to ATTEMPTS times. Raises Unsatisfiable.
    """
    found = Generation(schema, resolve, Wanted(seed, direction, status), accepts or _any_value).search()
    if found.failure is not None:
        raise found.failure
    return found.value


def _any_value(_: Json) -> bool:
    return True


class Generation:
    """The generation of one value for a schema."""

    def __init__(
        self,
        schema: Json,
        resolve: Resolve,
        wanted: Wanted,
        accepts: Callable[[Json], bool],
        families: Families = NO_FAMILIES,
    ) -> None:
        self._schema = schema
        self._resolve = resolve
        self._wanted = wanted
        self._accepts = accepts
        self._families = families

    def search(self, attempts: int = ATTEMPTS) -> Generated:
        """A valid value, or after so many attempts the first invalid one, with an empty value for none."""
        failure: Unsatisfiable | None = None
        rejected: list[Json] = []
        spent = Spent()
        for attempt in range(attempts):
            try:
                value = self._sampler(attempt, spent).sample(self._schema, self._context(attempt))
            except Unsatisfiable as error:
                failure = error
            except Exhausted as exhausted:
                failure = failure or exhausted.failure
                break
            except RecursionError:
                failure = Unsatisfiable("", TOO_DEEP)
                break
            else:
                if self._accepts(value):
                    return Generated(value)
                rejected.append(value)
        failure = failure or Unsatisfiable("", "no generated value was valid")
        return Generated(next(iter(rejected), None), failure)

    def best_attempt(self, attempts: int = ATTEMPTS) -> Generated:
        """A valid value, else an invalid one that ignores the keywords which cannot be satisfied."""
        found = self.search(attempts)
        if found.failure is None or found.value is not None:
            return found
        spent = Spent(steps_left=BEST_STEPS)
        sampler = SchemaSampler(
            self._resolve, self._wanted.direction, 1, spent, families=self._families, lenient=True
        )
        try:
            value = sampler.sample(self._schema, self._context(0))
        except RecursionError:
            return found
        return Generated(value, None if self._accepts(value) else found.failure)

    def _sampler(self, attempt: int, spent: Spent) -> SchemaSampler:
        uses_examples = attempt != 1
        return SchemaSampler(
            self._resolve,
            self._wanted.direction,
            1 + attempt % 3,
            spent,
            families=self._families,
            uses_examples=uses_examples,
        )

    def _context(self, attempt: int) -> SamplingContext:
        rng = None
        if self._wanted.seed is not None or attempt >= PLAIN_ATTEMPTS:
            rng = Random(f"{self._wanted.seed}/{attempt}")
        return SamplingContext(rng, status=self._wanted.status)
