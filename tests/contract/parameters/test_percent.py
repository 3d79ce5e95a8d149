"""Percent-decoding, compared with that of the standard library."""

from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.parameters.percent import Malformed, percent_decoded

PARTS = st.sampled_from(["%", "4", "1", "g", "%41", "%C3%A9", "%e2", "é", "%%", "A", "/", "😀"])


@given(st.lists(PARTS).map("".join))
def test_escapes_are_decoded_and_other_percent_signs_stay(text: str) -> None:
    decoded = unquote_to_bytes(text)
    try:
        expected = decoded.decode()
    except UnicodeError:
        with pytest.raises(Malformed):
            percent_decoded(text)
    else:
        assert percent_decoded(text) == expected
