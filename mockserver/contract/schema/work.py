"""The work that the validation of one request may take, as counts: the same on every machine.

Keywords spend from one `WorkBudget`, which the parameters and the body of a request share. A keyword that
finds too little left does not decide: it reports a `NotJudgedError` instead of a violation, and `Judge` turns
that into a `NotJudged` of the budget. Validation as a whole ends with `VisitsExhausted`.

A keyword reaches the budget as `evaluator.work`:

    if not evaluator.work.spend_comparisons(len(items)):
        return (NotJudgedError("..."),)

A keyword that applies subschemas treats a value with nothing but `NotJudgedError`s as undecided: it is valid
for `anyOf`, while `not`, `oneOf`, `if` and `contains` yield these errors themselves where the decision
depends on them. A budget is made when a value needs it (`budget_of`): one that the compiled schema accepts
does not.
"""

from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

MAX_VISITS = 10_000  # applications of a schema to a value
MEMBERS_A_VISIT = 64  # members or items that are looked at in the time of a visit
MAX_COMPARISONS = 60_000  # values compared for `uniqueItems`, `enum` and `const`
MAX_STEPS = 5_000_000  # of pattern matching: characters times what the pattern may cost for each
MAX_CHECKS = 20_000  # assertions of a compiled schema that are checked in Python
MAX_COMPILED_VISITS = 1 << 20  # estimated visits of a compiled schema to the values in a value
MAX_SUGGESTIONS = 20  # names or values for which the nearest valid one is looked up
MOST_NOT_JUDGED = 20  # keywords listed


class NotJudged(Struct, frozen=True):
    """One keyword that was not judged; the pointers are those of a `SchemaViolation`."""

    pointer: str
    keyword: str
    message: str
    schema_pointer: str


class VisitsExhausted(Exception):
    """Validation needs more visits than are left; what was found until then holds."""


class WorkBudget(Struct, gc=False):
    """What is left for the validation of one request, and the keywords that were not judged."""

    visits: int = MAX_VISITS
    comparisons: int = MAX_COMPARISONS
    steps: int = MAX_STEPS
    suggestions: int = MAX_SUGGESTIONS
    checks: int = MAX_CHECKS
    is_short: bool = False  # whether a check could not be decided since the budget was filled
    not_judged: tuple[NotJudged, ...] = ()

    @property
    def is_exhausted(self) -> bool:
        """Whether validation ended for lack of visits."""
        return self.visits < 0

    def visit(self) -> None:
        """Count the application of one schema to one value; raises VisitsExhausted."""
        self.visits -= 1
        if self.visits < 0:
            raise VisitsExhausted

    def spend_comparisons(self, count: int) -> bool:
        """Take this many comparisons from the budget; False, and nothing is taken, if too few are left."""
        if count > self.comparisons:
            return False
        self.comparisons -= count
        return True

    def spend_steps(self, count: int) -> bool:
        """Take this many steps of pattern matching; False, and nothing is taken, if too few are left."""
        if count > self.steps:
            return False
        self.steps -= count
        return True

    def visit_members(self, count: int) -> None:
        """Count that a keyword looked at so many members or items; raises VisitsExhausted."""
        self.visits -= count // MEMBERS_A_VISIT
        if self.visits < 0:
            raise VisitsExhausted

    def spend_check(self) -> bool:
        """Take one check of a compiled schema from the budget; False if none is left."""
        self.checks -= 1
        if self.checks < 0:
            self.is_short = True
        return not self.is_short

    def spend_suggestion(self) -> bool:
        """Take one suggestion from the budget; False if none is left."""
        if self.suggestions <= 0:
            return False
        self.suggestions -= 1
        return True

    def report(self, found: NotJudged) -> None:
        """Add a keyword that was not judged, once, unless MOST_NOT_JUDGED are listed already."""
        if len(self.not_judged) < MOST_NOT_JUDGED and found not in self.not_judged:
            self.not_judged += (found,)

    def take_not_judged(self) -> tuple[NotJudged, ...]:
        """The keywords that were not judged since the last call."""
        taken, self.not_judged = self.not_judged, ()
        return taken

    def renew(self) -> None:
        """Fill the budget again, for the next value."""
        self.comparisons, self.steps, self.checks = MAX_COMPARISONS, MAX_STEPS, MAX_CHECKS
        self.is_short = False

    def remaining(self) -> "WorkBudget":
        """A budget of its own with what is left; nothing is listed in it yet."""
        return replace(self, not_judged=())


class WorkHolder(Protocol):
    """What is validated as a whole, with the budget for that, which is None until it is needed.

    `size` is the length of its encoding in bytes, which has no more values than bytes; 0 if it is our own.
    """

    work: WorkBudget | None
    size: int


def budget_of(holder: WorkHolder) -> WorkBudget:
    """The budget of a holder, made if it has none."""
    if holder.work is None:
        holder.work = WorkBudget()
    return holder.work


def take_not_judged(holder: WorkHolder) -> tuple[NotJudged, ...]:
    """The keywords that were not judged since the last call."""
    return () if holder.work is None else holder.work.take_not_judged()
