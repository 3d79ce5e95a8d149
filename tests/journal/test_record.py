"""Records of exchanges: secrets are masked, long bodies truncated, and the weight is estimated."""

import gzip

import pytest
from msgspec.structs import replace

from mockserver.engine.masked_request import BODY_LIMIT
from mockserver.journal.record import MASKED_LATER, record_of
from tests.support.patches import patch, runtime, setting_cookie


@pytest.mark.parametrize(
    "request_",
    [
        patch("42", {"note": "x" * 9_000}),
        patch(headers={"X-Long": "x" * 9_000}),
        patch(query="q=" + "x" * 9_000),
        patch(query="&".join(f"{each}={each}" for each in range(1_500))),
        patch("4" * 9_000),
    ],
    ids=["body", "header", "query", "members of the query", "path"],
)
def test_each_long_part_of_a_request_counts_in_the_weight(request_):
    line = runtime()
    assert record_of(line.run(request_)).weight > record_of(line.run(patch())).weight + 7_000


def test_a_long_body_is_truncated_and_its_size_is_kept():
    record = record_of(runtime().run(patch("42", {"note": "x" * BODY_LIMIT})))
    assert (len(record.body.data), record.body.cut) == (BODY_LIMIT, True)
    assert record.body.size > BODY_LIMIT


@pytest.mark.parametrize("is_valid", [True, False], ids=["decoded", "broken"])
def test_a_compressed_body_is_kept_as_it_was_decoded(is_valid):
    plain = b'{"purchaser_id": 12}'
    body = gzip.compress(plain) if is_valid else plain
    request = replace(patch(headers={"Content-Encoding": "gzip"}), body=body)
    record = record_of(runtime().run(request))
    assert record.body.data == plain
    assert ("content-encoding" in dict(record.headers)) is not is_valid


@pytest.mark.parametrize("padding", [0, MASKED_LATER], ids=["short", "long"])
def test_the_request_is_shown_without_its_secrets(padding):
    sent = {"token": "abcdefghijklmnop", "note": "x" * padding}
    headers = {"Cookie": "sid=1234567890abcdef", "X-Api-Key": "qrstuvwxyz-0123456789"}
    query = "access_token=0123456789-uvwxyz"
    record = record_of(runtime().run(patch("42", sent, headers, query=query, token="flt_sk_not_to_be_kept")))
    shown = str((record, record.path, record.query, record.headers, record.body))
    secrets = ("flt_sk_not_to_be_kept", "abcdefghijkl", "1234567890", "qrstuv", "0123456789-uvwxyz")
    assert not [secret for secret in secrets if secret in shown]


def test_the_request_is_kept_without_its_secrets():
    record = record_of(
        runtime().run(patch("42", {"token": "abcdefghijklmnop"}, token="flt_sk_not_to_be_kept"))
    )
    assert "flt_sk_not_to_be_kept" not in str(record)
    assert "abcdefghijklmnop" not in str(record)


def test_a_cookie_that_the_answer_sets_is_shown_without_its_secret():
    record = record_of(setting_cookie("correct-horse-battery"))
    assert dict(record.answer_headers)["set-cookie"] == "sid=…tery; Path=…"
