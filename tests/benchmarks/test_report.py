"""How a run reads: as tables, as targets, as a picture."""

import json
from dataclasses import replace
from itertools import islice
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks import in_process, plot, targets
from tests.benchmarks.contestants import Contestant
from tests.benchmarks.driver import Driver, WrongAnswers
from tests.benchmarks.load import EVICTED, REFUSED, SESSIONS, VALID
from tests.benchmarks.machine import Machine
from tests.benchmarks.report import Report
from tests.benchmarks.round import Round
from tests.benchmarks.spread import Spread
from tests.benchmarks.targets import TARGETS, Found
from tests.benchmarks.throughput import Measured

MACHINE = Machine("2026-01-02", "Quick & Co <8 GHz>", 2, "Linux 6", "3.11.7", pinned=True)
NAMES = (in_process.RESET, in_process.RESET_CALL, in_process.CALL, in_process.PACKAGE)
LATENCIES = (1.0, 4.0, 1.5, 9.0, 12.5)  # p50, p99, the same corrected, the longest
CALLS = {name: Spread(0.02, 0.01, 0.03) for name in NAMES}


def round_of(rate: float) -> Round:
    return Round(int(rate * 2), 2.0, 0, 0, *LATENCIES)


def server(name: str, label: str, *rates: float, first: float = 0.5) -> Measured:
    contestant = Contestant(name, label, "1.0", (), VALID)
    return Measured(contestant, [round_of(rate) for rate in rates], [first], 60.0, 200_000)


def report_of(*servers: Measured) -> Report:
    return Report(
        MACHINE, "wrk 4", Found({each.contestant.name: each for each in servers}, CALLS), ["Mockoon"]
    )


ECHO = server("echo", "bare echo", 20_000, 24_000, 22_000)
OURS = server("journal", "mockserver", 11_000, 11_000, 11_000)
PRISM = server("prism", "Prism 5", 1_000, 1_000, 1_100, first=2.0)


def verdicts(report: Report) -> dict[str, bool | None]:
    return {target.name: target.met(report.found) for target in TARGETS}


def test_a_row_has_medians_and_ratios_with_their_spread():
    text = str(report_of(ECHO, OURS, PRISM))
    assert "22,000 (20,000–24,000)" in text
    assert "0.500 (0.458–0.550)" in text
    assert "11.00x (10.00x–11.00x)" in text


def test_a_report_names_day_machine_driver_and_who_is_absent():
    text = str(report_of(ECHO))
    assert text.startswith("2026-01-02: Quick & Co <8 GHz>, 2 cores, one each for server and driver, Linux 6")
    assert "driven by wrk 4" in text
    assert "Not installed: Mockoon." in text


def test_latencies_are_told_without_and_with_correction():
    text = str(report_of(ECHO))
    assert "| p50 ms | p99 ms | corrected p50 | corrected p99 | longest ms |" in text
    assert "|   1.00 |   4.00 |          1.50 |          9.00 |       12.5 |" in text
    assert "coordinated omission" in text


def test_eleven_twentieths_of_the_echo_are_enough():
    ours = server("journal", "mockserver", 11_000, 13_200, 12_100)
    assert verdicts(report_of(ECHO, ours))["valid PATCH with journal, of the echo"] is True


def test_each_row_of_ours_has_its_own_target():
    rows = [server(name, name, 10_000, 12_000, 11_000) for name in ("sessions", "heads", "invalid", "paths")]
    found = verdicts(report_of(ECHO, *rows))
    assert found["9,000 sessions, of the echo"] is True
    assert found["their p99 over p50"] is True
    assert found["their longest pause"] is True
    assert found["no two heads alike, of the echo"] is True
    assert found["invalid body, of the echo"] is True
    assert found["2,000 paths, of the echo"] is False


def test_a_target_that_is_missed_says_so():
    slow = server("journal", "mockserver", 7_000, 7_000, 7_000, first=0.7)
    found = verdicts(report_of(ECHO, slow, PRISM))
    assert found["valid PATCH with journal, of the echo"] is False
    assert found["the same, against Prism"] is False
    assert found["first answer of a cold start"] is False
    assert "MISSED" in str(report_of(ECHO, slow, PRISM))


def test_what_was_not_measured_is_neither_met_nor_missed():
    found = verdicts(report_of(ECHO))
    assert [name for name, met in found.items() if met is not None] == [
        "a session's reset",
        "the same by a control call",
        "a call in process, by httpx",
        "import mockserver",
    ]


def test_memory_counts_after_enough_requests():
    few = replace(OURS, requests=99_999)
    assert verdicts(report_of(few))["memory after 100,000 requests"] is None
    assert verdicts(report_of(OURS))["memory after 100,000 requests"] is True


def test_the_json_has_all_rounds_and_targets():
    found = json.loads(json.dumps(report_of(ECHO, OURS, PRISM).as_json()))
    assert [each["rate"] for each in found["servers"]["echo"]["rounds"]] == [20_000, 24_000, 22_000]
    assert found["servers"]["prism"]["version"] == "1.0"
    assert [each["name"] for each in found["targets"]] == [target.name for target in TARGETS]


def test_the_picture_has_a_bar_for_each_server_in_each_column():
    root = ElementTree.fromstring(plot.svg(report_of(ECHO, OURS, PRISM)))
    bars = root.findall("{*}rect")
    assert [bar.get("class") for bar in bars] == ["echo", "ours", "peer"] * len(plot.COLUMNS)
    texts = {each.text for each in root.findall("{*}text")}
    assert {"bare echo", "Prism 5", "22,000", "0.50", f"{MACHINE}; driven by wrk 4"} <= texts


def test_the_picture_is_readable_on_dark_pages_too():
    assert "prefers-color-scheme: dark" in plot.svg(report_of(ECHO))


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Cs"])),
    st.lists(st.floats(1, 1e6), min_size=1),
)
def test_the_picture_is_well_formed_whatever_was_measured(label, rates):
    report = report_of(ECHO, server("journal", label, *rates))
    assert ElementTree.fromstring(plot.svg(report)).tag.endswith("svg")


@pytest.mark.parametrize(
    ("load", "errors", "broken"), [(VALID, 1, 0), (VALID, 0, 1), (REFUSED, 99, 0)], ids=str
)
def test_a_round_with_wrong_answers_counts_for_nothing(load, errors, broken):
    driver = Driver("", lambda *_: Round(100, 1.0, errors, broken, *LATENCIES))
    with pytest.raises(WrongAnswers, match=f"expected {load.status} each time"):
        driver.drive(load, 1, 1.0)


def test_a_round_where_each_answer_is_the_refusal_that_was_expected_counts():
    driver = Driver("", lambda *_: Round(100, 1.0, 100, 0, *LATENCIES))
    assert driver.drive(REFUSED, 1, 1.0).requests == 100


def test_a_load_over_sessions_has_a_request_for_each():
    requests = list(islice(SESSIONS.in_turn(4010), SESSIONS.turns))
    assert len({*requests}) == 9_000
    assert sum(b"X-Mock-Session: test-8999\r\n" in request for request in requests) == 1


def test_sessions_that_are_to_be_evicted_are_new_in_each_round():
    rounds = [set(islice(EVICTED.in_turn(4010), 100)) for _ in range(2)]
    assert not rounds[0] & rounds[1]


def test_targets_are_told_apart_by_their_names():
    assert len({target.name for target in TARGETS}) == len(targets.TARGETS)
