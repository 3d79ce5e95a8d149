"""Generate strings: by format, by pattern, by the name of the property, or from words."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from string import ascii_lowercase, ascii_uppercase, digits, hexdigits
from uuid import UUID

from mockserver.contract.sampling.context import Keywords, SamplingContext
from mockserver.contract.sampling.merging import count_limit
from mockserver.contract.sampling.pattern_strings import NoMatchingString, pattern_string
from mockserver.contract.sampling.plausible_values import (
    FORMAT_ALIASES,
    STRINGS_BY_FORMAT,
    is_identifier,
    strings_for,
)
from mockserver.contract.schema.ecma import BadPattern
from mockserver.contract.schema.formats.formats import FORMATS
from mockserver.contract.schema.pattern_matching import matches
from mockserver.data.json import array_or_empty

LIMIT = 1_000_000  # characters of one string
WORDS = ("text", "word", "note", "line", "page", "part", "sign", "item")

_PREFIXED_HEX = re.compile(r"([A-Z]{0,3})([0-9a-f-]{8,})")
_EXTENDED_AT_END = frozenset(
    ("uri", "iri", "uri-reference", "iri-reference", "uri-template", "binary", "password")
)
_EXTENDED_AT_END |= {"json-pointer", "regex"}
_EXTENDED_AT_START = frozenset(("email", "idn-email"))


def make_string(keywords: Keywords, context: SamplingContext) -> str:
    """Generate a string that the keywords allow; raises Unsatisfiable."""
    low, high = count_limit(keywords, "minLength") or 0, count_limit(keywords, "maxLength")
    if high is not None and low > high:
        raise context.unsatisfiable(f"minLength {low} is greater than maxLength {high}")
    if low > LIMIT:
        raise context.unsatisfiable(f"minLength {low} exceeds the limit of {LIMIT:,} generated characters")
    pattern = keywords.get("pattern")
    try:
        for candidate in _candidates(keywords, context, low, high):
            fits = low <= len(candidate) and (high is None or len(candidate) <= high)
            if fits and (not isinstance(pattern, str) or matches(pattern, candidate)):
                return candidate
        return pattern_string(str(pattern), context.rng, minimum=low, maximum=high)
    except (NoMatchingString, BadPattern) as error:
        raise context.unsatisfiable(str(error)) from None


def _candidates(keywords: Keywords, context: SamplingContext, low: int, high: int | None) -> Iterator[str]:
    """Candidates, the most realistic first; without a pattern the last one has a valid length."""
    format_ = _format_of(keywords)
    if context.rng is not None and is_identifier(context.name):
        alike = [_like(each, context.rng) for each in _examples(keywords)]
        known = FORMATS.get(str(keywords.get("format", "")))
        yield from (each for each in alike if known is None or known.holds(each))
    if format_ in STRINGS_BY_FORMAT:
        for string in _formatted(format_, context.rng):
            yield string
            yield _extended(format_, string, low)
    else:
        yield from _shuffled(strings_for(context.name), context.rng)
    if "pattern" not in keywords:
        yield _words(low, high, context.rng)


def _format_of(keywords: Keywords) -> str:
    """The name of the format in the table; empty if there is none."""
    if keywords.get("contentEncoding") == "base64":
        return "byte"
    name = str(keywords.get("format", ""))
    if name not in STRINGS_BY_FORMAT:
        name = name.lower().replace("_", "-")
    return FORMAT_ALIASES.get(name, name)


def _examples(keywords: Keywords) -> list[str]:
    return [each for each in array_or_empty(keywords.get("examples")) if isinstance(each, str)]


def _like(example: str, rng: Random) -> str:
    """An identifier in the shape of the example: its prefix, and other characters of the same kinds."""
    prefix, separator, rest = example.rpartition("_")
    kind = _PREFIXED_HEX.fullmatch(rest)
    if kind is not None:
        prefix, separator, rest = prefix + separator, kind[1], kind[2]
    return prefix + separator + "".join(_other_character(each, rng, is_hex=kind is not None) for each in rest)


def _other_character(character: str, rng: Random, *, is_hex: bool) -> str:
    if is_hex and character in hexdigits:
        return rng.choice(
            "0123456789abcdef" if character.islower() or character.isdigit() else "0123456789ABCDEF"
        )
    for kind in (ascii_lowercase, ascii_uppercase):
        if character in kind:
            return rng.choice(kind)
    return rng.choice("123456789") if character in digits else character


def _shuffled(strings: tuple[str, ...], rng: Random | None) -> tuple[str, ...] | list[str]:
    return strings if rng is None else rng.sample(strings, len(strings))


def _formatted(name: str, rng: Random | None) -> Iterator[str]:
    if rng is not None and name in _RANDOM:
        yield _RANDOM[name](rng)
    yield from _shuffled(STRINGS_BY_FORMAT[name], rng)


def _extended(name: str, string: str, length: int) -> str:
    """The string, extended to `length` if its format allows it."""
    missing = max(0, length - len(string))
    if name in _EXTENDED_AT_END:
        return string + "a" * missing
    if name in _EXTENDED_AT_START:
        return "a" * missing + string
    return "YWFh" * -(-missing // 4) + string if name == "byte" else string


def _words(low: int, high: int | None, rng: Random | None) -> str:
    if rng is None:
        text, length = WORDS[0], max(low, len(WORDS[0]))
    else:
        text = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 3)))
        text += f" {rng.randint(1, 999)}"
        length = max(low, len(text))
    text = (text + "s" * (length - len(text)))[: length if high is None else min(length, high)]
    return text.rstrip() + "s" * (len(text) - len(text.rstrip()))


def _random_time(rng: Random) -> datetime:
    return datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(5 * 365 * 86_400))


_RANDOM: dict[str, Callable[[Random], str]] = {
    "date-time": lambda rng: f"{_random_time(rng):%Y-%m-%dT%H:%M:%SZ}",
    "date-time-rfc-2822": lambda rng: format_datetime(_random_time(rng)),
    "http-date": lambda rng: format_datetime(_random_time(rng), usegmt=True),
    "unix-time": lambda rng: str(int(_random_time(rng).timestamp())),
    **dict.fromkeys(("decimal", "money"), lambda rng: f"{rng.randint(100, 50_000) / 100:.2f}"),
    "date": lambda rng: f"{_random_time(rng):%Y-%m-%d}",
    "time": lambda rng: f"{_random_time(rng):%H:%M:%SZ}",
    "uuid": lambda rng: str(UUID(int=rng.getrandbits(128), version=4)),
    "byte": lambda rng: b64encode(rng.randbytes(rng.randint(3, 12))).decode(),
    "int64": lambda rng: str(rng.randint(1, 9999)),
}
