"""Trouble of the mock's own as an answer: a problem (RFC 9457)."""

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.http.message import PROBLEM, Answer, Headers, json_answer
from mockserver.http.redaction import redact


class Problem(Struct, frozen=True):
    """What a problem answer says; `kind` is the last part of its type and a heading of the README."""

    kind: str
    status: int
    title: str
    detail: str
    members: dict[str, Json] = field(default_factory=dict)
    headers: Headers = ()

    def answer(self) -> Answer:
        body: dict[str, Json] = {
            "type": f"urn:mockserver:problem:{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": redact(self.detail),
            **self.members,
        }
        return replace(json_answer(self.status, body, self.headers, PROBLEM), outside=True)
