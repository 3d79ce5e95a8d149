"""Compiled stubs are kept by their data, as long as all of them are small."""

from mockserver.engine.compiled_stubs import MOST_CHARACTERS, CompiledStubs
from mockserver.engine.session import StubEntry
from mockserver.scenarios.stub_files import stub_text
from tests.support.patches import BUNDLED


def entry(number: int, size: int = 0) -> StubEntry:
    return StubEntry(f"s{number}", stub_text({"delay": "1ms", "summary": f"{number} " + "x" * size}))


def test_a_stub_is_compiled_once_for_all_sessions():
    stubs = CompiledStubs(BUNDLED)
    assert stubs.stub(entry(1)) is stubs.stub(entry(1))


def test_large_stubs_do_not_stay_in_memory():
    stubs = CompiledStubs(BUNDLED)
    first = stubs.stub(entry(1))
    for number in range(2, 7):
        large = entry(number, MOST_CHARACTERS // 4)
        assert stubs.stub(large) is stubs.stub(large)
    assert stubs.stub(entry(1)) is not first
