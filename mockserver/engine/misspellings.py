"""What a request says to the mock server without effect: misspelt names, and values that mean nothing.

The sentences quote the request, so their secrets are masked where they are shown.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from mockserver.contract.description import Location
from mockserver.data.quoting import LONGEST_QUOTE
from mockserver.data.suggest import nearest
from mockserver.http.control_names import (
    ANSWER_HEADERS,
    BAGGAGE_PREFIX,
    CONTROL_BAGGAGE,
    CONTROL_COOKIES,
    CONTROL_HEADERS,
    CONTROL_QUERY,
    COOKIE_PREFIX,
    HEADER_PREFIX,
    HEADER_PREFIXES,
    PREFERENCES,
    QUERY_PREFIX,
)
from mockserver.http.message import Head
from mockserver.scenarios.choice import SEED, preferences

MOST = 5  # sentences for one request
_NEARLY = 0.8  # the ratio of difflib from which a preference is one of ours, misspelt
_PLAIN = re.compile(rf"[A-Za-z0-9._\[\]-]{{1,{LONGEST_QUOTE}}}")  # what is quoted
_HEADER_NAME = re.compile(r"(?i)\bx-mock[-_][a-z_-]*")
_OTHER_HEADERS = frozenset(("prefer", "cookie", "baggage"))
Describes = Callable[[Location, str], bool]  # whether the contract describes a name in a location


def misspellings(head: Head, describes: Describes) -> tuple[str, ...]:
    """A sentence for each control header, query parameter, cookie or preference that has no effect.

    Names that the contract describes belong to the mocked API. After MOST sentences one says that there are
    more.
    """
    found = list(islice(_sentences(head, describes), MOST + 1))
    if len(found) > MOST:
        found[MOST] = "more names and values for the mock server have no effect"
    return tuple(found)


def with_header_case(sentence: str) -> str:
    """The sentence with names of headers as people write them: X-Mock-Scenario.

    To be called when secrets are masked, because a secret in a name is not found in another case.
    """
    return _HEADER_NAME.sub(lambda name: "-".join(map(str.capitalize, name[0].split("-"))), sentence)


def _sentences(head: Head, describes: Describes) -> Iterator[str]:
    named = head.named
    for name in dict.fromkeys([name for name, _ in head.headers if name.startswith(HEADER_PREFIXES)]):
        if not describes("header", name):
            yield from _header(name, named[name])
    if not named.keys().isdisjoint(_OTHER_HEADERS):
        yield from _preferences(head)
        yield from _cookies(head, describes)
        yield from _baggage(head)
    if head.query_string:
        yield from _query(head, describes)


def _header(name: str, value: str) -> Iterator[str]:
    if name in ANSWER_HEADERS:
        yield f"the header {name} is a header of answers, and is ignored in a request"
    elif name not in CONTROL_HEADERS:
        yield _unknown("header", name, CONTROL_HEADERS, HEADER_PREFIX)
    elif not value.strip(" \t,"):
        yield f"the header {name} is empty, and is ignored"


def _preferences(head: Head) -> Iterator[str]:
    """Preferences of other servers (RFC 7240) are not misspellings, unless they are nearly ours."""
    for name, value in preferences(head).items():
        if name in ("dynamic", "seed") and (name, value) != ("dynamic", ""):
            yield from _value(f"the preference {name}", name, value)
        elif name not in PREFERENCES and _PLAIN.fullmatch(name):
            ours = nearest(name, PREFERENCES, _NEARLY)
            if ours is not None:
                yield f"the preference {name} is not known; did you mean {ours!r}?"


def _cookies(head: Head, describes: Describes) -> Iterator[str]:
    for name in dict.fromkeys([name for name, _ in head.cookie_pairs]):
        if name in CONTROL_COOKIES:
            if not head.cookies[name]:
                yield f"the cookie {name} is empty, and is ignored"
        elif name.startswith(COOKIE_PREFIX) and not describes("cookie", name):
            yield _unknown("cookie", name, CONTROL_COOKIES, COOKIE_PREFIX)


def _baggage(head: Head) -> Iterator[str]:
    for member in ",".join(head.all("baggage")).split(","):
        name = member.partition("=")[0].strip()
        if name.startswith(BAGGAGE_PREFIX) and name not in CONTROL_BAGGAGE:
            yield _unknown("baggage member", name, CONTROL_BAGGAGE, BAGGAGE_PREFIX)


def _query(head: Head, describes: Describes) -> Iterator[str]:
    counts = Counter([name for name, _ in head.pairs if name.startswith(QUERY_PREFIX)])
    for name, count in counts.items():
        if name in CONTROL_QUERY:
            yield from _value(f"the query parameter {name}", name, head.control_query[name])
            if count > 1:
                yield f"the query has {count} parameters {name}, and only the first counts"
        elif not describes("query", name):
            yield _unknown("query parameter", name, CONTROL_QUERY, QUERY_PREFIX)


def _value(subject: str, name: str, value: str) -> Iterator[str]:
    """What is wrong with the value of a control name, if it means nothing."""
    found = repr(value) if _PLAIN.fullmatch(value) else f"{len(value)} characters"
    if not value.strip(" ,"):
        yield f"{subject} is empty, and is ignored"
    elif name.endswith("dynamic") and value not in ("true", "false"):
        yield f"{subject} is ignored: expected 'true' or 'false', found {found}"
    elif name.endswith("seed") and not SEED.fullmatch(value):
        yield f"{subject} is ignored: expected an integer of at most 18 digits, found {found}"


def _unknown(kind: str, name: str, valid: Sequence[str], prefix: str) -> str:
    """The sentence for an unknown name; names are compared without the prefix that all of them have."""
    by_end = {each[len(prefix) :]: each for each in valid}
    end = nearest(name[len(prefix) :][:LONGEST_QUOTE].lower(), by_end)
    hint = f"; valid: {', '.join(valid)}" if end is None else f"; did you mean {by_end[end]!r}?"
    if _PLAIN.fullmatch(name):
        return f"the {kind} {name} is not known{hint}"
    return f"a {kind} that begins with {prefix} and has {len(name)} characters is not known{hint}"
