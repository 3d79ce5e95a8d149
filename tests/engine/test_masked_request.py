"""Violations of one request are masked together: each as if it were the only one."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.contract.validation import Violation
from mockserver.engine.masked_request import MaskedHead, MaskedRequest, SecretParts
from mockserver.http.message import Request
from mockserver.http.secret_names import USUAL

SECRET = "correct-horse-battery-staple"
BODY = json.dumps({"password": SECRET, "name": "Ada"}).encode()
TEXTS = st.sampled_from(
    [
        "expected an integer, found a string",
        f"'{SECRET}' is not one of A, B",
        f"'{'x' * 50}{SECRET[:9]}…' is not one of A, B",  # cut off in the middle of the secret
        "'Bearer abcdefghijklmnop' is not one of A, B",
        f"unknown property '{'y' * 3_000}'",
        "'50%' is not one of A, B",
    ]
)
POINTERS = st.sampled_from(["", "/name", "/password", f"/{SECRET}"])
VIOLATIONS = st.builds(lambda pointer, text: Violation("body", pointer, "enum", text), POINTERS, TEXTS)


def masked_request() -> MaskedRequest:
    head = Request.build("POST", "/pets", body=BODY).head
    return MaskedRequest(MaskedHead(head, SecretParts(USUAL)), BODY)


@settings(deadline=None)
@given(st.lists(VIOLATIONS, max_size=4))
def test_violations_are_masked_together_as_one_by_one(found: list[Violation]) -> None:
    together = masked_request().deviations(found)

    assert together == [masked for each in found for masked in masked_request().deviations([each])]
    assert all(SECRET[:9] not in f"{each.pointer} {each.message}" for each in together)
