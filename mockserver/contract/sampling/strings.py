"""Generate strings: by format, by pattern, by the name of the property, or from words."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from mockserver.contract.sampling.context import Keywords, SamplingContext
from mockserver.contract.sampling.merging import count_limit
from mockserver.contract.sampling.names import strings_for
from mockserver.contract.sampling.pattern_strings import NoMatchingString, pattern_string
from mockserver.contract.schema.ecma import BadPattern, matches

LIMIT = 1_000_000  # characters of one string
WORDS = ("text", "word", "note", "line", "page", "part", "sign", "item")

# For each format, a realistic string first; at least one is short, for a small maxLength.
_FORMATS: dict[str, tuple[str, ...]] = {
    "date-time": ("2025-01-15T09:30:00Z",),
    "date": ("2025-01-15",),
    "time": ("09:30:00Z", "18:05:00Z", "23:59:59Z"),
    "duration": ("P1D", "PT15M", "P2W", "P1Y2M"),
    "uuid": ("6f1c2b9e-4d0a-4c57-9a3e-2f8b7d5e1c04",),
    "email": ("ada@example.com", "grace@example.org", "a@b.co"),
    "idn-email": ("ada@example.com", "grace@example.org", "a@b.co"),
    "hostname": ("example.com", "www.example.org", "a.co", "a"),
    "idn-hostname": ("example.com", "www.example.org", "a.co", "a"),
    "ipv4": ("192.0.2.1", "198.51.100.7", "203.0.113.42", "1.1.1.1"),
    "ipv6": ("2001:db8::1", "2001:db8::2:7", "::1"),
    "uri": ("https://example.com/a", "https://example.org/b?c=d", "a:b"),
    "iri": ("https://example.com/a", "https://example.org/b?c=d", "a:b"),
    "uri-reference": ("/a/b", "https://example.com/a", "a"),
    "iri-reference": ("/a/b", "https://example.com/a", "a"),
    "uri-template": ("/users/{id}", "/a"),
    "byte": ("aGVsbG8=", "d29ybGQ=", "YQ=="),
    "binary": ("content", "more content", "c"),
    "password": ("correct-horse", "battery-staple", "p4ss"),
    "regex": ("^[a-z]+$", "^[0-9]{3}$", "a"),
    "json-pointer": ("/a/b", "/items/0", ""),
    "relative-json-pointer": ("0/a", "1/b", "0"),
    "int64": ("1", "42", "137"),  # as a string
}
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
    format_ = keywords.get("format")
    if keywords.get("contentEncoding") == "base64":
        format_ = "byte"
    if isinstance(format_, str) and format_ in _FORMATS:
        for string in _formatted(format_, context.rng):
            yield string
            yield _extended(format_, string, low)
    else:
        yield from _shuffled(strings_for(context.name), context.rng)
    if "pattern" not in keywords:
        yield _words(low, high, context.rng)


def _shuffled(strings: tuple[str, ...], rng: Random | None) -> tuple[str, ...] | list[str]:
    return strings if rng is None else rng.sample(strings, len(strings))


def _formatted(name: str, rng: Random | None) -> Iterator[str]:
    if rng is not None and name in _RANDOM:
        yield _RANDOM[name](rng)
    yield from _shuffled(_FORMATS[name], rng)


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
    "date": lambda rng: f"{_random_time(rng):%Y-%m-%d}",
    "time": lambda rng: f"{_random_time(rng):%H:%M:%SZ}",
    "uuid": lambda rng: str(UUID(int=rng.getrandbits(128), version=4)),
    "byte": lambda rng: b64encode(rng.randbytes(rng.randint(3, 12))).decode(),
    "int64": lambda rng: str(rng.randint(1, 9999)),
}
