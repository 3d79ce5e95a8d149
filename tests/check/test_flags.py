"""Schemas that are both read-only and write-only."""

from mockserver.check.flags import flag_findings
from tests.support.documents import contract_of


def test_a_property_that_no_message_may_contain_is_a_finding():
    schemas = (
        "A: {properties: {a: {readOnly: true, writeOnly: true}, b: {readOnly: true}, c: {writeOnly: true}}}"
    )
    [document] = contract_of(f"paths: {{}}\ncomponents: {{schemas: {{{schemas}}}}}").documents
    [only] = flag_findings(document)
    assert only.pointer == "/components/schemas/A/properties/a"
    assert "both read-only and write-only" in only.message
