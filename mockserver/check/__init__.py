"""Checks contract, fixtures, scenarios and stubs against each other."""

from collections.abc import Iterator

from mockserver.check.answers import answer_findings
from mockserver.check.examples import example_findings
from mockserver.check.expressions import expression_notices
from mockserver.check.fixtures import fixture_findings
from mockserver.check.flags import flag_findings
from mockserver.check.reachability import reachability_findings
from mockserver.check.references import reference_findings
from mockserver.check.scenarios import outcomes, sample_of, scenario_findings
from mockserver.check.stubs import off_contract_notices, stub_findings
from mockserver.check.values import value_findings
from mockserver.data.source import Finding
from mockserver.engine.backend import Backend

__all__ = ["check", "expression_notices", "off_contract_notices", "outcomes", "sample_of"]


def check(backend: Backend) -> Iterator[Finding]:
    """The findings in the contract itself, its examples, the bodies of the fixtures, scenarios and stubs."""
    yield from backend.contract.findings
    for document in backend.contract.documents:
        yield from reference_findings(document)
        yield from flag_findings(document)
    yield from value_findings(backend.contract)
    yield from example_findings(backend.contract)
    yield from answer_findings(backend.contract)
    yield from reachability_findings(backend)
    yield from fixture_findings(backend)
    for scenario in backend.scenarios.values():
        yield from scenario_findings(backend, scenario)
    yield from stub_findings(backend)
