"""Bodies with a Content-Encoding are decoded within a limit; what is not a coding is refused."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.content_codings import BrokenContent, ContentTooLarge, decode_content, read_codings
from mockserver.http.message import Request

LIMIT = 1_000


def raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        ("", ()),
        ("identity", ()),
        ("gzip", ("gzip",)),
        ("GZIP", ("gzip",)),
        ("x-gzip", ("gzip",)),
        ("deflate, gzip", ("deflate", "gzip")),
        ("gzip,,identity", ("gzip",)),
        ("br", None),
        ("gzip, zstd", None),
        ("gzip, gzip, gzip, gzip", None),
    ],
)
def test_codings_are_read_from_the_header(header, codings):
    assert read_codings(header) == codings


ENCODERS = {"gzip": gzip.compress, "deflate": zlib.compress, "raw": raw_deflate}


@given(st.binary(max_size=LIMIT), st.lists(st.sampled_from(sorted(ENCODERS)), max_size=3))
def test_a_body_is_decoded_by_all_its_codings(body, names):
    sent = body
    for name in names:
        sent = ENCODERS[name](sent)
    codings = tuple("deflate" if name == "raw" else name for name in names)
    assert decode_content(sent, codings, max(LIMIT, 2 * len(sent))) == body


def test_a_gzip_body_may_have_several_members():
    assert (
        decode_content(gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0), ("gzip",), LIMIT) == b"ab"
    )


@pytest.mark.parametrize("encode", ENCODERS.values())
def test_the_limit_holds_for_the_decoded_body(encode):
    name = "gzip" if encode is gzip.compress else "deflate"
    assert decode_content(encode(b"0" * LIMIT), (name,), LIMIT) == b"0" * LIMIT
    with pytest.raises(ContentTooLarge):
        decode_content(encode(b"0" * (LIMIT + 1)), (name,), LIMIT)


def test_the_limit_holds_for_all_members_together():
    with pytest.raises(ContentTooLarge):
        decode_content(gzip.compress(b"0" * LIMIT, mtime=0) * 2, ("gzip",), LIMIT)


@pytest.mark.parametrize(
    ("body", "coding", "sentence"),
    [
        (b'{"at": 5}', "gzip", "the body is not valid gzip: incorrect header check"),
        (b'{"at": 5}', "deflate", "the body is not valid deflate: "),
        (gzip.compress(b"abc", mtime=0)[:-9], "gzip", "the gzip body ends before it is complete"),
        (zlib.compress(b"abc")[:-5], "deflate", "the deflate body ends before it is complete"),
        (
            gzip.compress(b"abc", mtime=0)[:-8] + b"\0" * 8,
            "gzip",
            "the body is not valid gzip: incorrect data check",
        ),
        (gzip.compress(b"abc", mtime=0) + b"rest", "gzip", "the gzip body has 4 bytes after its end"),
    ],
    ids=["no gzip", "no deflate", "cut gzip", "cut deflate", "a wrong check sum", "more than a body"],
)
def test_a_broken_body_is_explained(body, coding, sentence):
    with pytest.raises(BrokenContent) as caught:
        decode_content(body, (coding,), LIMIT)
    assert str(caught.value).startswith(sentence)


def test_a_request_keeps_the_body_as_it_was_sent():
    coded = gzip.compress(b"abc", mtime=0)
    request = Request.build("POST", "/", headers=[("content-encoding", "gzip")], body=coded).decoded(LIMIT)
    assert (request.body, request.coded, request.over, request.broken) == (b"abc", coded, None, None)


@pytest.mark.parametrize("headers", [[], [("content-encoding", "identity")], [("content-encoding", "br")]])
def test_a_request_without_a_supported_coding_is_unchanged(headers):
    request = Request.build("POST", "/", headers=headers, body=b"abc")
    assert request.decoded(LIMIT) is request
