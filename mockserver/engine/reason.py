"""The entries of an exchange's trail."""

from msgspec import Struct

from mockserver.data.source import SourceLocation


class Reason(Struct, frozen=True, gc=False):
    """One entry of the trail: a step of the pipeline, what it decided, and where the rule is written."""

    step: str
    decided: str
    where: SourceLocation | None = None


ACCEPTED = Reason("authenticate", "the credential is accepted")
NOT_REQUIRED = Reason("authenticate", "no credential is required")
