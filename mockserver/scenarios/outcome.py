"""What a call of a scenario answers, in short."""

from msgspec import Struct

from mockserver.scenarios.faults import Fault


class ScenarioOutcome(Struct, frozen=True):
    """The status and the error code of one answer of a scenario, and the fault that breaks it."""

    status: int
    error: str | None
    fault: Fault | None = None

    def __str__(self) -> str:
        answer = f"{self.status} {self.error}" if self.error else str(self.status)
        return answer if self.fault is None else f"{answer} ({self.fault})"
