"""What scenario files and stubs refer to."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from mockserver.contract.operation import Contract
from mockserver.model import AnyModel


class Context(Struct, frozen=True):
    """The contract, its models by operation, and the folders in which body files are found.

    `beside` is the folder of a file of stubs, whose bodies are looked for there first.
    """

    contract: Contract
    models: Mapping[str, AnyModel]
    fixtures: Path
    lenient: bool = False  # leave out scenarios that do not fit the contract, or for which there is no model
    beside: Path | None = None

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of body files, in the order in which they are searched."""
        return (self.fixtures,) if self.beside is None else (self.beside, self.fixtures)
