"""What scenario files and stubs refer to."""

from collections.abc import Mapping
from contextlib import suppress
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

    def body_file(self, name: str) -> Path | None:
        """The file of a body; None if no folder of bodies has one of this name."""
        for folder in self.folders:
            with suppress(OSError, ValueError):  # a name that is too long, or has a null character
                path, target = folder / name, (folder / name).resolve()
                if target.exists() and not target.is_dir() and target.is_relative_to(folder.resolve()):
                    return path
        return None
