"""Names of collections: those by which `given`, the state and its events refer to them."""

from collections import Counter
from collections.abc import Iterable


def collection_names(paths: Iterable[str]) -> dict[str, str]:
    """The name of each path template: its last segment without a parameter, `droplets` for `/v2/droplets`.

    Paths that would share a name get more of their segments without parameters (`users/posts`), as few as
    make them unique. Paths that differ only in their parameters get all of their segments.
    """
    candidates = {path: [*_candidates(path)] for path in dict.fromkeys(paths)}
    names = {path: each.pop(0) for path, each in candidates.items()}
    while shared := _shared(names):
        longer = {path: candidates[path].pop(0) for path in shared if candidates[path]}
        if not longer:
            break
        names |= longer
    return names


def _candidates(path: str) -> Iterable[str]:
    """The names that a path can have, the shortest first; the last one is the path itself."""
    segments = [segment for segment in path.split("/") if segment and "{" not in segment]
    for start in range(len(segments) - 1, -1, -1):
        yield "/".join(segments[start:])
    yield path.removeprefix("/") or "/"
    yield path


def _shared(names: dict[str, str]) -> list[str]:
    """The paths whose name another path has, too."""
    counts = Counter(names.values())
    return [path for path, name in names.items() if counts[name] > 1]


def counter_name(names: Iterable[str]) -> str:
    """The collection of the state that has the next generated id: `resources`, if no path has that name."""
    taken, name = set(names), "resources"
    while name in taken:
        name += "-ids"
    return name
