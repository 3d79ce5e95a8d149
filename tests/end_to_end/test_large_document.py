"""A large document of another vendor: each of its operations gets an answer that the document allows."""

import pytest
from msgspec.structs import replace

from mockserver.loading import load_backend
from mockserver.runtime import wire
from mockserver.scenarios.samples import sample_from_contract
from mockserver.settings import Settings
from tests.support.paths import TEST_DATA, needs

DOCUMENT = TEST_DATA / "spec/twilio_conversations_v1.json"


@needs(DOCUMENT)
@pytest.mark.parametrize("query", ["", "__dynamic=true"])
def test_every_operation_answers_a_body_that_its_schema_allows(query):
    backend = load_backend(Settings(specs=(DOCUMENT,)))
    pipeline = wire(backend, Settings())
    for operation in backend.contract.operations:
        request = sample_from_contract(operation).request(operation)
        joined = "&".join(filter(None, (request.head.query_string, query)))
        exchange = pipeline.run(replace(request, head=replace(request.head, query_string=joined)))
        assert exchange.answer is not None
        assert exchange.answer.status == operation.success, operation.name
        assert exchange.own_violations == [], operation.name
