"""What the terminal shows when the server starts."""

from mockserver.backend import Backend

_SHOWN = 20  # operations; a long contract must not push the address off the screen


def banner(backend: Backend) -> str:
    """The contract's operations, how many scenarios there are, and how to switch them."""
    contract = backend.contract
    widest = max((len(operation.name) for operation in contract.operations[:_SHOWN]), default=0)
    lines = [f"{contract.title}, from {', '.join(str(document.path) for document in contract.documents)}"]
    lines += [
        f"  {operation.name:<{widest}}  {operation.summary}" for operation in contract.operations[:_SHOWN]
    ]
    if len(contract.operations) > _SHOWN:
        lines.append(f"  … and {len(contract.operations) - _SHOWN} more")
    if faults := len(contract.faults):
        lines.append(
            f"{faults} fault{'s' if faults > 1 else ''} in the contract; "
            f"mockserver check lists {'them' if faults > 1 else 'it'}"
        )
    count = len(backend.scenarios)
    lines.append(f"{count} scenarios (list them: mockserver scenarios)")
    if count:
        name = "order-not-cart" if "order-not-cart" in backend.scenarios else next(iter(backend.scenarios))
        lines.append(f"Switch with the header X-Mock-Scenario: {name}, or add ?__scenario={name} to the URL")
    return "\n".join(lines)
