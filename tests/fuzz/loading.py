"""What both loaders promise: files are refused with their declared errors, or can be served."""

import json
import tempfile
from contextlib import suppress
from pathlib import Path

from mockserver.contract.operation import Contract
from mockserver.contract.reader.load import load
from mockserver.contract.routing.router import Router, UnknownPath, WrongMethod
from mockserver.contract.sampling import Unsatisfiable
from mockserver.contract.validation import check_answer, check_request
from mockserver.data.source import CannotRead, InvalidFiles
from mockserver.http.message import JSON, Request


def load_and_use(data: bytes, name: str) -> None:
    """A file of this name and content, loaded as a contract and, where that goes well, used as one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        outcome = _outcome(path)
    if isinstance(outcome, Contract):
        use(outcome)
    else:
        assert outcome.findings
        assert all(map(str, outcome.findings))


def _outcome(path: Path) -> Contract | CannotRead | InvalidFiles:
    try:
        return load([path])
    except (CannotRead, InvalidFiles) as refused:
        return refused


def use(contract: Contract) -> None:
    """What a server does with a contract when it starts, and at a request for each operation."""
    assert all(map(str, [*contract.findings, *contract.notices]))
    router = Router(contract.operations)
    for operation in contract.operations:
        str(operation.source_location)
        dict(operation.codes())
        with suppress(UnknownPath, WrongMethod):
            router.match(operation.method, operation.path)
        headers = [("content-type", JSON)]
        request = Request.build(
            operation.method, operation.path, "a=1&b[c]=2", headers, b'{"a": [1, "2", null]}'
        )
        checked = check_request(operation, {}, request)
        json.dumps([violation.as_json() for violation in checked.violations])
        for violation in check_answer(operation, 200, JSON, b"{}"):
            str(violation)
        for response in operation.responses.values():
            for media in response.content.values():
                with suppress(Unsatisfiable):
                    json.dumps(operation.value(media.schema) if media.schema is not None else media.examples)
