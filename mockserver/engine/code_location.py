"""Locations in code, as people read them: those of a model, of the mock, or of other code of the user."""

import os
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

from mockserver.model import AnyModel

_OWN = "mockserver"  # the package
_STDLIB = os.path.dirname(os.__file__) + os.sep


def code_location(frames: Iterable[tuple[FrameType, int]], models: Iterable[AnyModel] = ()) -> str:
    """The innermost location in the mock, in its models, or in other code of the user: `lamps.py:12`.

    `frames` are frames with their line numbers, the outermost first.
    """
    packages = {_OWN, *(type(model).__module__.partition(".")[0] for model in models)}
    found = "an unknown location"
    for frame, line in frames:
        module, file = str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename
        if module.partition(".")[0] in packages or not _is_installed(file):
            found = f"{_short_path(file, module)}:{line}"
    return found


def _is_installed(file: str) -> bool:
    """Whether a file belongs to Python, to an installed distribution, or is none."""
    installed = any(part in ("site-packages", "dist-packages") for part in Path(file).parts)
    return installed or file.startswith(("<", _STDLIB))


def _short_path(file: str, module: str) -> str:
    """A file without folders of this machine: below its package or the working directory, or its name."""
    path = Path(file)
    depth = module.count(".") + (path.stem == "__init__")
    if depth:
        return "/".join(path.parts[-depth - 1 :])
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):  # elsewhere, or the working directory was deleted
        return path.name
