"""Source locations of a trail, with paths that a reader of a test's report finds short."""

import os
import re
from pathlib import Path

_PACKAGE = Path(__file__).parents[2]  # the folder that has the package, and in a checkout the bundled files
_LOCATION = re.compile(r"(?P<path>[^#]+?)(?P<rest>(?::\d+)?(?:#.*)?)")


def relative_path(location: str, base: Path | None = None) -> str:
    """A source location such as `/srv/api.yaml:8#/paths` with a path relative to a folder.

    The folder is `base`, by default the working directory; for files that come with the package it is that of
    the package. A path that does not exist here, because a server elsewhere names it, stays as it is.
    """
    found = _LOCATION.fullmatch(location)
    if found is None or not os.path.isabs(found["path"]) or not os.path.exists(found["path"]):
        return location
    path, folder = Path(found["path"]), base or Path.cwd()
    is_bundled = path.is_relative_to(_PACKAGE) and not path.is_relative_to(folder)
    return os.path.relpath(path, _PACKAGE if is_bundled else folder) + found["rest"]
