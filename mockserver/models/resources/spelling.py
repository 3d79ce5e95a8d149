"""Names in other spellings: `FriendlyName` is `friendly_name`, and `booking` the singular of `bookings`."""

from collections.abc import Iterable
from functools import lru_cache

from mockserver.contract.sampling.plausible_values import words


@lru_cache(maxsize=8_192)
def spelling_key(name: str) -> str:
    """The same key for all spellings of a name: its letters and digits in lower case."""
    return "".join(words(name)) or name


def spelled_like(name: str, names: Iterable[str]) -> str | None:
    """Which of the names is this one, preferably in the same spelling; None if none is."""
    known = list(names)
    if name in known:
        return name
    key = spelling_key(name)
    return next((each for each in known if spelling_key(each) == key), None)


@lru_cache(maxsize=8_192)
def singular(name: str) -> str:
    """The singular of a collection's name, by the rules of regular English nouns."""
    lower = name.lower()
    if lower.endswith("ies") and len(name) > 4:
        return name[:-3] + "y"
    if lower.endswith(("sses", "shes", "ches", "xes", "zzes", "uses")):
        return name[:-2]
    if lower.endswith("s") and not lower.endswith(("ss", "us", "is")):
        return name[:-1]
    return name


def is_about(name: str, collection: str) -> bool:
    """Whether a name is that of a collection, in the plural or the singular, or the last words of it."""
    key = spelling_key(singular(name))
    whole = spelling_key(singular(collection))
    return key == whole or (
        len(words(collection)) > 1 and key == spelling_key(singular(words(collection)[-1]))
    )
