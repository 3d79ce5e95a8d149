"""Hostile requests: each must get a 4xx or a closed connection, and must cost nobody else anything."""

import json
from collections.abc import Callable, Iterator
from random import Random
from urllib.parse import quote_from_bytes

from tests.benchmarks.soak.judgement import mocked
from tests.benchmarks.soak.step import Step
from tests.support.hostile import MIB
from tests.support.wire import JSON_TYPE, TOKEN, Ask, Reply

Attack = Callable[[Random, str], Step]  # in the session of a key
HEAD = b"PATCH /carts/42 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer flt_sk_hostile\r\n"
TYPED = HEAD + b"Content-Type: application/json\r\n"
SECRET = "swordfish-of-the-soak"
MEMBERS = ("purchaser_id", "order_items", "acquisition_mode")
BODIES: tuple[Callable[[Random], bytes], ...] = (
    lambda random: json.dumps({"order_items": [{"product_id": 1}]}).encode()[: random.randrange(1, 20)],
    lambda random: b"\xff" + random.randbytes(random.randrange(80)),
    lambda random: b'{"purchaser_id": ' + b"9" * random.choice([310, 4_301, 100_000]) + b"}",
    lambda random: (
        b'{"purchaser_id": ' + random.choice([b"1e400", b"NaN", b"-Infinity", b"01", b"0x1"]) + b"}"
    ),
    lambda random: random.choice([b"[", b'{"a":', b'[{"":']) * random.choice([129, 5_000, 100_000]),
    lambda random: b'{"note": 1, "note": 2}',
    lambda random: b'{"note": "' + random.choice([b"\\ud800", b"\x00", b"\xc3\x28", b"\\x"]) + b'"}',
    lambda random: '{"note": 1}'.encode(random.choice(["utf-16", "utf-32", "utf-8-sig"])),
    lambda random: json.dumps({random.choice(MEMBERS): _wrong(random)}).encode(),
)
BROKEN: tuple[Callable[[Random], bytes], ...] = (  # what is no HTTP, or contradicts itself
    lambda random: b"\x80" + random.randbytes(random.randrange(200)) + b"\r\n\r\n",
    lambda random: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + random.randbytes(64),
    lambda random: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    lambda random: b"BREW /carts/42 HTTP/1.1\r\nHost: x\r\n\r\n",
    lambda random: b"GET /carts/42 HTTP/9.9\r\nHost: x\r\n\r\n",
    lambda random: b"GET /carts/42\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    lambda random: (
        TYPED + b"Content-Length: " + random.choice([b"-1", b"abc", b"1e3", b"9" * 30]) + b"\r\n\r\n{}"
    ),
    lambda random: TYPED + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
    lambda random: TYPED + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    lambda random: (
        TYPED + b"Transfer-Encoding: chunked\r\n\r\n" + random.choice([b"zz", b"-2", b"f" * 20]) + b"\r\n{}"
    ),
    lambda random: TYPED + b"X-Bad" + random.choice([b"\x00", b" ", b"(", b"\x7f"]) + b": 1\r\n\r\n",
)
HALVES = (
    b"PATCH /carts/42 HT",
    HEAD,
    TYPED + b"Content-Length: 100\r\n\r\n{",
    TYPED + b"Transfer-Encoding: chunked\r\n\r\n64\r\n{",
    TYPED + b"Content-Length: 2\r\n\r\n{}",  # whole, but nobody waits for the answer
)


def bad_body(random: Random, key: str) -> Step:
    body = random.choice(BODIES)(random)
    return Step.of("bad body", _with(key, body), _status(400))


def odd_head(random: Random, key: str) -> Step:
    """Methods, paths and types that the contract does not know."""
    ask, status = random.choice(
        [
            (Ask(random.choice(["GET", "DELETE", "PROPFIND", "M-SEARCH"]), "/carts/42", _headers(key)), 405),
            (Ask("PATCH", f"/{quote_from_bytes(random.randbytes(20), safe='/')}", _headers(key), b"{}"), 404),
            (_with(key, b"{}", target="/carts/42/../.."), 404),
            (
                _with(key, b"{}", target=f"/carts/{quote_from_bytes(b'0' + random.randbytes(9), safe='')}"),
                400,
            ),
            (_with(key, b"{}", {"content-type": "text/" + "x" * random.randrange(1, 999)}), 415),
            (_with(key, b"{}", {"content-encoding": "gzip"}), 400),
            (_with(key, b"{}", {"content-encoding": "br"}), 415),
            (
                _with(key, b"{}", {"authorization": f"Basic {SECRET}"}, f"/carts/42?access_token={SECRET}"),
                401,
            ),
            (_with(key, b"{}", {"x-mock-scenario": "x" * random.randrange(1, 9_999)}), 404),
            (_with(key, b"{}", {"authorization": "Bearer " + "\xe9" * 99}), 401),
            (_with(key, b"{}", {"x-mock-session": "not a key"}), 400),
        ]
    )
    return Step.of("odd head", ask, _status(status))


def oversized(random: Random, key: str) -> Step:
    return Step.of("oversized", _with(key, b"[" * (MIB + random.randrange(1, 99))), _status(413))


def no_http(random: Random, key: str) -> Step:
    return Step("no HTTP", random.choice(BROKEN)(random), lambda reply: (), "refused")


def half_sent(random: Random, key: str) -> Step:
    return Step("half sent", random.choice(HALVES), lambda reply: (), "dropped")


def too_long(random: Random, key: str) -> Step:
    """A head that is refused for its length, where there is a limit, and for what it says where not."""
    ask = random.choice(
        [
            Ask("PATCH", "/carts/" + "9" * random.choice([20_000, 80_000]), _headers(key), b"{}"),
            _with(key, b"{}", {"x-mock-scenario": "x" * random.choice([20_000, 80_000])}),
            _with(key, b"{", {f"x-{number}": "x" * 99 for number in range(random.choice([100, 1_000]))}),
        ]
    )
    return Step("too long", ask.encoded(), lambda reply: (), "refused")


def odd_exchange(random: Random, key: str) -> Step:
    """What a server must get right on the wire: the host, the coding, an upgrade, an expectation."""
    head = f"PATCH /carts/42 HTTP/1.1\r\nX-Mock-Session: {key}\r\nContent-Type: application/json\r\n".encode()
    head += b"Authorization: Bearer flt_sk_hostile\r\n"
    hosted = head + b"Host: 127.0.0.1\r\n"
    body = b"Content-Length: 2\r\n\r\n{}"
    sent, status = random.choice(
        [
            (head + body, 400),
            (hosted + b"Host: 127.0.0.1\r\n" + body, 400),
            (head + b"Host: a b\r\n" + body, 400),
            (hosted + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 501),
            (hosted + b"Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n", 413),
            (hosted + b"Connection: Upgrade\r\nUPGRADE: h2c\r\n" + body, 200),
        ]
    )

    def judge(reply: Reply) -> Iterator[str]:
        if reply.status != status:
            yield f"expected a {status}, found a {reply.status}"

    return Step("odd exchange", sent, judge)


def never_read(random: Random, key: str) -> Step:
    """Many requests at once from a client that reads no answer."""
    one = Ask("PATCH", "/carts/42", _headers(key), b"{}").encoded()
    return Step("never read", one * random.randrange(2, 60), lambda reply: (), "dropped")


def laborious(random: Random, key: str) -> Step:
    """A request that would be much work: many members, suggestions, ranges, tokens, equal items."""
    names = [f"purchaser_ix{number}" for number in range(random.randrange(100, 2_000))]
    ask, status = random.choice(
        [
            (_with(key, json.dumps(dict.fromkeys(names, 1)).encode()), None),
            (_with(key, json.dumps({"order_items": [{"produkt_id": 1}] * 500}).encode()), 400),
            (_with(key, b"{}", {"accept": ", ".join(f"a/b{n};q=0.{n % 10}" for n in range(2_000))}), None),
            (_with(key, b"{}", {"prefer": ", ".join(f"a{n}=1" for n in range(2_000))}), 200),
            (_with(key, b"{}", {"cookie": "; ".join(f"a{n}=1" for n in range(2_000))}), 200),
        ]
    )
    return Step.of("laborious", ask, mocked if status is None else _status(status))


ATTACKS: tuple[Attack, ...] = (
    bad_body,
    odd_head,
    no_http,
    half_sent,
    odd_exchange,
    never_read,
    laborious,
) * 6 + (oversized, too_long, too_long)


def _headers(key: str) -> dict[str, str]:
    return {"x-mock-session": key, **TOKEN, **JSON_TYPE}


def _with(key: str, body: bytes, more: dict[str, str] | None = None, target: str = "/carts/42") -> Ask:
    return Ask("PATCH", target, {**_headers(key), **(more or {})}, body)


def _wrong(random: Random) -> object:
    return random.choice([None, True, 0, -1, 1.5, "", "x", [], {}, [[]], [{}], [None], 10**300])


def _status(expected: int) -> Callable[[Reply], Iterator[str]]:
    def judge(reply: Reply) -> Iterator[str]:
        yield from mocked(reply)
        if reply.status != expected:
            yield f"expected a {expected}, found a {reply.status}"

    return judge
