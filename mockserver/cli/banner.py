"""What the terminal shows when the server starts."""

from mockserver.engine.backend import Backend

_SHOWN = 20  # operations; a long contract must not push the address off the screen


def banner(backend: Backend) -> str:
    """The contract's operations, what of it has no effect, the scenarios and how to switch them."""
    contract = backend.contract
    widest = max((len(operation.name) for operation in contract.operations[:_SHOWN]), default=0)
    lines = [f"{contract.title}, from {', '.join(str(document.path) for document in contract.documents)}"]
    lines += [
        f"  {operation.name:<{widest}}  {operation.summary}" for operation in contract.operations[:_SHOWN]
    ]
    if len(contract.operations) > _SHOWN:
        lines.append(f"  … and {len(contract.operations) - _SHOWN} more")
    lines += [f"note: {notice}" for notice in contract.notices[:_SHOWN]]
    if len(contract.notices) > _SHOWN:
        lines.append(f"note: … and {len(contract.notices) - _SHOWN} more; mockserver check lists them")
    if count := len(contract.findings):
        what, which = ("faults", "them") if count > 1 else ("fault", "it")
        lines.append(f"{count} {what} in the contract; mockserver check lists {which}")
    count = len(backend.scenarios)
    lines.append(f"{count} scenarios (list them: mockserver scenarios)")
    if count:
        name = "order-not-cart" if "order-not-cart" in backend.scenarios else next(iter(backend.scenarios))
        lines.append(f"Switch with the header X-Mock-Scenario: {name}, or add ?__scenario={name} to the URL")
    return "\n".join(lines)
