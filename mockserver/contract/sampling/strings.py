"""Texts: by format, by pattern, by the property's name, else words."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from mockserver.contract.sampling.context import Keywords, SamplingContext
from mockserver.contract.sampling.merging import limit
from mockserver.contract.sampling.names import strings_for
from mockserver.contract.sampling.pattern_strings import NoMatchingString, pattern_string
from mockserver.contract.schema.ecma import BadPattern, matches

LIMIT = 1_000_000  # characters of one text
WORDS = ("text", "word", "note", "line", "page", "part", "sign", "item")

# For each format a lifelike text first, then others; one of them short, for a small maxLength.
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
    "int64": ("1", "42", "137"),  # a number written as text
}
_TAILED = frozenset(("uri", "iri", "uri-reference", "iri-reference", "uri-template", "binary", "password"))
_TAILED |= {"json-pointer", "regex"}
_HEADED = frozenset(("email", "idn-email"))


def make_string(keywords: Keywords, context: SamplingContext) -> str:
    """A text that the keywords allow; raises Unsatisfiable."""
    low, high = limit(keywords, "minLength") or 0, limit(keywords, "maxLength")
    if high is not None and low > high:
        raise context.refuse(f"minLength {low} is above maxLength {high}")
    if low > LIMIT:
        raise context.refuse(f"minLength {low} is more than the {LIMIT} characters that are written")
    pattern = keywords.get("pattern")
    try:
        for text in _candidates(keywords, context, low, high):
            fits = low <= len(text) and (high is None or len(text) <= high)
            if fits and (not isinstance(pattern, str) or matches(pattern, text)):
                return text
        return pattern_string(str(pattern), context.rng, minimum=low, maximum=high)
    except (NoMatchingString, BadPattern) as error:
        raise context.refuse(str(error)) from None


def _candidates(keywords: Keywords, context: SamplingContext, low: int, high: int | None) -> Iterator[str]:
    """Texts to try, the most lifelike first; the last one has a fitting length."""
    format_ = keywords.get("format")
    if keywords.get("contentEncoding") == "base64":
        format_ = "byte"
    if isinstance(format_, str) and format_ in _FORMATS:
        for text in _formatted(format_, context.rng):
            yield text
            yield _stretched(format_, text, low)
    else:
        yield from _shuffled(strings_for(context.name), context.rng)
    if "pattern" not in keywords:
        yield _words(low, high, context.rng)


def _shuffled(texts: tuple[str, ...], rng: Random | None) -> tuple[str, ...] | list[str]:
    return texts if rng is None else rng.sample(texts, len(texts))


def _formatted(name: str, rng: Random | None) -> Iterator[str]:
    if rng is not None and name in _DRAWN:
        yield _DRAWN[name](rng)
    yield from _shuffled(_FORMATS[name], rng)


def _stretched(name: str, text: str, length: int) -> str:
    """The text, longer where its format lets it be."""
    missing = max(0, length - len(text))
    if name in _TAILED:
        return text + "a" * missing
    if name in _HEADED:
        return "a" * missing + text
    return "YWFh" * -(-missing // 4) + text if name == "byte" else text


def _words(low: int, high: int | None, rng: Random | None) -> str:
    if rng is None:
        text, length = WORDS[0], max(low, len(WORDS[0]))
    else:
        text = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 3)))
        text += f" {rng.randint(1, 999)}"
        length = max(low, len(text))
    text = (text + "s" * (length - len(text)))[: length if high is None else min(length, high)]
    return text.rstrip() + "s" * (len(text) - len(text.rstrip()))


def _moment(rng: Random) -> datetime:
    return datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(5 * 365 * 86_400))


_DRAWN: dict[str, Callable[[Random], str]] = {
    "date-time": lambda rng: f"{_moment(rng):%Y-%m-%dT%H:%M:%SZ}",
    "date": lambda rng: f"{_moment(rng):%Y-%m-%d}",
    "time": lambda rng: f"{_moment(rng):%H:%M:%SZ}",
    "uuid": lambda rng: str(UUID(int=rng.getrandbits(128), version=4)),
    "byte": lambda rng: b64encode(rng.randbytes(rng.randint(3, 12))).decode(),
    "int64": lambda rng: str(rng.randint(1, 9999)),
}
