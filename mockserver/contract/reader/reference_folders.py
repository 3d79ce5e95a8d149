"""The folders from which a document may take other files by `$ref`."""

from collections.abc import Iterable
from pathlib import Path
from shlex import quote

from msgspec import Struct

from mockserver.data.source import CannotRead


class ReferenceFolders(Struct, frozen=True):
    """A document's project, and the folders that the user allows in addition; all without symbolic links."""

    project: Path
    allowed: tuple[Path, ...]

    def require(self, path: Path) -> None:
        """Raise CannotRead for a file that is, by its real path, in none of the folders."""
        try:
            real = path.resolve()
        except RuntimeError:  # from Python 3.13 on, the error of opening it says so
            raise CannotRead(path, None, "a symbolic link that leads to itself") from None
        if not any(real.is_relative_to(folder) for folder in (self.project, *self.allowed)):
            folder = quote(str(real.parent))
            message = f"outside the project of the document, {self.project}; allow it by --allow-ref {folder}"
            raise CannotRead(path, None, message)


def reference_folders(document: Path, allowed: Iterable[Path]) -> ReferenceFolders:
    """The folders for a document: the nearest one with `.git` above it, else its own, and `allowed`."""
    own = document.parent.resolve()
    project = next((each for each in (own, *own.parents) if _has_repository(each)), own)
    return ReferenceFolders(project, tuple(each.resolve() for each in allowed))


def _has_repository(folder: Path) -> bool:
    """Whether a folder has `.git`, a folder of its own or the file of a worktree."""
    try:
        return (folder / ".git").exists()
    except OSError:  # the folder cannot be searched
        return False
