"""The text that `mockserver serve` prints when it starts."""

from urllib.parse import quote

from mockserver.app import MockServer
from mockserver.data.quoting import printable
from mockserver.engine.backend import Backend

_MAX_LINES = 20  # of operations and of notices: a long contract must not push the address off the screen


def banner(backend: Backend) -> str:
    """The contract's title, operations and notices, the number of scenarios, and how to choose one."""
    contract = backend.contract
    operations = contract.operations[:_MAX_LINES]
    widest = max((len(operation.name) for operation in operations), default=0)
    lines = [f"{contract.title}, from {', '.join(str(document.path) for document in contract.documents)}"]
    lines += [f"  {operation.name:<{widest}}  {operation.summary}".rstrip() for operation in operations]
    if len(contract.operations) > _MAX_LINES:
        lines.append(f"  … and {len(contract.operations) - _MAX_LINES} more")
    lines += [f"note: {notice}" for notice in contract.notices[:_MAX_LINES]]
    if len(contract.notices) > _MAX_LINES:
        lines.append(f"note: … and {len(contract.notices) - _MAX_LINES} more (list them: mockserver check)")
    if findings := len(contract.findings):
        what, which = ("findings", "them") if findings > 1 else ("finding", "it")
        lines.append(f"{findings} {what} in the contract (list {which}: mockserver check)")
    count = len(backend.scenarios)
    what, which = ("scenario", "it") if count == 1 else ("scenarios", "them")
    lines.append(f"{count} {what} (list {which}: mockserver scenarios)" if count else "no scenarios")
    if count:
        name = "order-not-cart" if "order-not-cart" in backend.scenarios else next(iter(backend.scenarios))
        lines.append(
            f"Choose one with the header X-Mock-Scenario: {name}, or add ?__scenario={name} to the URL"
        )
    return "\n".join(map(printable, lines))


def dashboard_lines(app: MockServer, url: str) -> list[str]:
    """The line with the dashboard's address, and one about the token that the server made."""
    address = f"dashboard: {url}{quote(app.runtime.settings.control_prefix)}/"
    if app.generated_token is None:
        return [address]
    return ["The dashboard asks for the token when you open it.", address]
