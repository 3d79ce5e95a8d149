"""What broke the contract, by session: beyond the bounds of the journal, and after a reset."""

from mockserver.http.message import Request
from mockserver.journal.violation_log import KEPT
from mockserver.runtime import Runtime
from mockserver.settings import Settings
from tests.support.patches import patch, runtime

INVALID: dict[str, object] = {"purchaser_id": 0}


def listed(line: Runtime, session: str | None = "default", *, leniencies: bool = False) -> list[str]:
    entries = line.journal.violations.entries(session, leniencies=leniencies)
    return [
        f"{each.exchange} {each.side} {each.found.location} {each.found.pointer}".rstrip() for each in entries
    ]


def test_violations_of_requests_are_kept_with_their_exchange() -> None:
    line = runtime()
    line.run(patch())
    line.run(patch(body=INVALID))
    [entry] = line.journal.violations.entries("default", leniencies=False)
    assert (entry.exchange, entry.session, entry.operation) == ("x2", "default", "update-a-cart")
    assert (entry.method, entry.path, entry.side) == ("PATCH", "/carts/42", "request")
    assert listed(line) == ["x2 request body /purchaser_id"]


def test_requests_that_the_contract_does_not_know_are_violations_too() -> None:
    line = runtime()
    line.run(Request.build("GET", "/nowhere"))
    line.run(Request.build("GET", "/carts/42"))
    line.run(patch(token=None))
    assert listed(line) == ["x1 request path", "x2 request path", "x3 request header /authorization"]
    sentences = [each.found.message for each in line.journal.violations.entries("default", leniencies=False)]
    assert sentences[0].startswith("the contract has no path /nowhere")
    assert sentences[1].startswith("/carts/42 does not support GET")
    assert "Authorization" in sentences[2]


def test_leniencies_are_listed_where_they_are_asked_for() -> None:
    line = runtime()
    sent = patch()
    line.run(Request.build("PATCH", "/carts/42/", headers=sent.head.headers, body=sent.body))
    line.run(patch(body=INVALID))
    log = line.journal.violations
    assert listed(line) == ["x2 request body /purchaser_id"]
    assert listed(line, leniencies=True) == ["x1 request path", "x2 request body /purchaser_id"]
    assert (log.count("default", leniencies=False), log.count("default", leniencies=True)) == (1, 2)


def test_the_journal_s_bounds_and_its_clearing_leave_violations_alone() -> None:
    line = runtime(Settings(journal_size=1))
    line.run(patch(body=INVALID))
    for _ in range(5):
        line.run(patch())
    line.journal.clear("default")
    assert listed(line) == ["x1 request body /purchaser_id"]
    line.journal.violations.clear("default")
    assert listed(line) == []


def test_the_first_violations_are_kept_and_all_are_counted() -> None:
    line = runtime()
    for _ in range(KEPT + 5):
        line.run(patch(body=INVALID))
    assert len(listed(line)) == KEPT
    assert listed(line)[0] == "x1 request body /purchaser_id"
    assert line.journal.violations.count("default", leniencies=True) == KEPT + 5


def test_violations_belong_to_sessions() -> None:
    line = runtime()
    for session in ("mine", "yours", "mine"):
        line.run(patch(body=INVALID, headers={"X-Mock-Session": session}))
    assert len(listed(line, "mine")) == 2
    assert len(listed(line, None)) == 3
    line.sessions.delete("mine", 0.0)
    assert listed(line, None) == ["x1 request body /purchaser_id"]
    assert line.journal.violations.count(None, leniencies=True) == 1
