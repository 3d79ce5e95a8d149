"""Credentials: a request is accepted with a well-formed credential for a documented scheme."""

from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.security import MissingCredential, credential
from mockserver.http.message import Head, Request
from mockserver.loading import load_backend
from mockserver.scenarios.samples import sample_from_contract
from mockserver.settings import Settings
from tests.support.documents import HEAD, operation_of
from tests.support.patches import headers, runtime, shown, status, summary

SCHEMES = """
components:
  securitySchemes:
    header-key: {type: apiKey, in: header, name: X-Key}
    query-key: {type: apiKey, in: query, name: key}
    cookie-key: {type: apiKey, in: cookie, name: sid}
    basic: {type: http, scheme: Basic}
    bearer: {type: http, scheme: bearer, bearerFormat: JWT}
    digest: {type: http, scheme: digest}
    hoba: {type: http, scheme: HOBA}
    oauth: {type: oauth2, flows: {implicit: {authorizationUrl: https://a.example, scopes: {read: Read}}}}
    openid: {type: openIdConnect, openIdConnectUrl: https://a.example/.well-known/openid-configuration}
    certificate: {type: mutualTLS}
"""


def guarded(security: str, root: str = "") -> str:
    """A document with one operation, with its own `security` and that of the document; empty: none."""
    own = f"      security: {security}\n" if security else ""
    above = f"security: {root}\n" if root else ""
    return f"""{above}{SCHEMES}
paths:
  /safe:
    get:
{own}      responses: {{"204": {{description: Open}}}}
"""


def asks(*sent: tuple[str, str], query: str = "") -> Head:
    return Head("GET", "/safe", query, sent)


def lets_in(security: str, head: Head, root: str = "") -> bool:
    try:
        credential(operation_of(guarded(security, root)), head)
    except MissingCredential:
        return False
    return True


AUTHORIZATION = "authorization"
KINDS = {
    "header-key": (asks(("x-key", "abc")), "abc"),
    "query-key": (asks(query="key=a%20b"), "a b"),
    "cookie-key": (asks(("cookie", "theme=dark; sid=abc")), "abc"),
    "basic": (asks((AUTHORIZATION, "Basic dXNlcjpwYXNz")), "dXNlcjpwYXNz"),
    "bearer": (asks((AUTHORIZATION, "Bearer abc.def")), "abc.def"),
    "digest": (asks((AUTHORIZATION, 'Digest username="u", realm="r"')), 'username="u", realm="r"'),
    "hoba": (asks((AUTHORIZATION, 'HOBA result="abc"')), 'result="abc"'),
    "oauth": (asks((AUTHORIZATION, "Bearer abc")), "abc"),
    "openid": (asks((AUTHORIZATION, "bearer abc")), "abc"),
}


@pytest.mark.parametrize("name", list(KINDS))
def test_each_kind_of_credential_is_found_at_its_location(name):
    request, expected = KINDS[name]
    assert credential(operation_of(guarded(f"[{{{name}: []}}]")), request) == expected


@pytest.mark.parametrize("name", list(KINDS))
def test_without_its_credential_a_request_is_refused(name):
    with pytest.raises(MissingCredential) as caught:
        credential(operation_of(guarded(f"[{{{name}: []}}]")), asks())
    assert "no credentials" in str(caught.value)
    assert caught.value.challenges != ()


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("header-key", asks(("x-key", ""))),
        ("header-key", asks(query="X-Key=abc")),
        ("query-key", asks(query="key=")),
        ("query-key", asks(query="Key=abc")),
        ("query-key", asks(("key", "abc"))),
        ("cookie-key", asks(("cookie", "sid="))),
        ("cookie-key", asks(("cookie", "sid2=abc"))),
        ("basic", asks((AUTHORIZATION, "Basic"))),
        ("basic", asks((AUTHORIZATION, "Bearer abc"))),
        ("bearer", asks((AUTHORIZATION, "Bearer"))),
        ("bearer", asks((AUTHORIZATION, "Bearer a b"))),
        ("bearer", asks((AUTHORIZATION, "abc"))),
        ("bearer", asks((AUTHORIZATION, "Basic dXNlcjpwYXNz"))),
        ("bearer", asks((AUTHORIZATION, "Bearer a"), (AUTHORIZATION, "Bearer b"))),
        ("digest", asks((AUTHORIZATION, "Digest "))),
        ("hoba", asks((AUTHORIZATION, "Bearer abc"))),
        ("oauth", asks((AUTHORIZATION, "Basic dXNlcjpwYXNz"))),
    ],
    ids=[
        "an empty header",
        "the header's name in the query",
        "an empty query member",
        "a query name in another case",
        "the query's name as a header",
        "an empty cookie",
        "another cookie",
        "basic without a value",
        "bearer for basic",
        "bearer without a value",
        "two words for a token",
        "a token alone",
        "basic for bearer",
        "two headers",
        "digest without a value",
        "bearer for another scheme",
        "basic for OAuth",
    ],
)
def test_a_malformed_credential_is_none(name, request_):
    assert not lets_in(f"[{{{name}: []}}]", request_)


USERS = st.text(st.characters(blacklist_categories=["Cc", "Cs"], blacklist_characters=":"))
PASSWORDS = st.text(st.characters(blacklist_categories=["Cc", "Cs"]))


@given(user=USERS, password=PASSWORDS)
def test_a_user_and_a_password_in_base64_are_basic_credentials(user, password):
    pair = f"{user}:{password}".encode()
    assert lets_in("[{basic: []}]", asks((AUTHORIZATION, f"Basic {b64encode(pair).decode()}")))


@given(user=USERS)
def test_base64_without_a_colon_is_not_a_basic_credential(user):
    assert not lets_in("[{basic: []}]", asks((AUTHORIZATION, f"Basic {b64encode(user.encode()).decode()}")))


@pytest.mark.parametrize(
    "value",
    ["user:password", "dXNlcjpwYXN", "dXNlcjpwYXNz!", "dXNl cjpwYXNz", "dXNlcjpwYQBz", "é"],
    ids=["as it is", "cut off", "a foreign character", "a space", "a control character", "not ASCII"],
)
def test_an_invalid_basic_credential_is_refused_with_an_explanation(value):
    with pytest.raises(
        MissingCredential, match=r"send Authorization: Basic … \(the base64 of user:password\)"
    ):
        credential(operation_of(guarded("[{basic: []}]")), asks((AUTHORIZATION, f"Basic {value}")))


def test_client_certificates_are_not_checked():
    assert lets_in("[{certificate: []}]", asks())


# Several requirements

KEY, COOKIE, BOTH = asks(("x-key", "a")), asks(("cookie", "sid=b")), asks(("x-key", "a"), ("cookie", "sid=b"))
OR = "[{header-key: []}, {cookie-key: []}]"
AND = "[{header-key: [], cookie-key: []}]"
EITHER_PAIR = "[{header-key: [], cookie-key: []}, {bearer: []}]"


@pytest.mark.parametrize(
    ("security", "root", "request_", "expected"),
    [
        (OR, "", KEY, True),
        (OR, "", COOKIE, True),
        (OR, "", asks(), False),
        (AND, "", BOTH, True),
        (AND, "", KEY, False),
        (AND, "", COOKIE, False),
        (EITHER_PAIR, "", KEY, False),
        (EITHER_PAIR, "", BOTH, True),
        (EITHER_PAIR, "", asks((AUTHORIZATION, "Bearer a")), True),
        ("[{}, {header-key: []}]", "", asks(), True),
        ("[{header-key: []}, {}]", "", asks(), True),
        ("", "", asks(), True),
        ("", "[{header-key: []}]", asks(), False),
        ("", "[{header-key: []}]", KEY, True),
        ("[]", "[{header-key: []}]", asks(), True),
        ("[{cookie-key: []}]", "[{header-key: []}]", KEY, False),
        ("[{cookie-key: []}]", "[{header-key: []}]", COOKIE, True),
        ("[{oauth: [write]}]", "", asks((AUTHORIZATION, "Bearer a")), True),
    ],
    ids=[
        "or: the first",
        "or: the second",
        "or: none",
        "and: both",
        "and: the first alone",
        "and: the second alone",
        "or of and: half a pair",
        "or of and: the pair",
        "or of and: the other",
        "optional, first",
        "optional, last",
        "nothing asked for",
        "the root asks",
        "the root is met",
        "the operation opens what the root closes",
        "the operation asks for something else",
        "the operation's own is met",
        "scopes are not looked at",
    ],
)
def test_one_requirement_must_be_met_in_full(security, root, request_, expected):
    assert lets_in(security, request_, root) is expected


def test_the_first_scheme_of_the_met_requirement_gives_the_credential():
    assert credential(operation_of(guarded(AND)), BOTH) == "a"
    assert credential(operation_of(guarded("[{}]")), BOTH) is None


LATIN = st.text(st.characters(codec="latin-1"), max_size=12)


@given(LATIN | LATIN.map("Bearer {}".format))
def test_any_authorization_header_is_accepted_or_refused(text):
    expected = len(text.split(" ")) > 1 and text.lower().startswith("bearer ")
    assert expected or not lets_in("[{bearer: []}]", asks((AUTHORIZATION, text)))


def test_the_message_says_what_to_send_and_never_quotes_what_was_sent():
    with pytest.raises(MissingCredential) as caught:
        credential(operation_of(guarded(EITHER_PAIR)), asks((AUTHORIZATION, "Token s3cret")))
    assert str(caught.value) == (
        "the Authorization header does not match the contract; "
        "send the header 'X-Key' and the cookie 'sid' or Authorization: Bearer …"
    )


# Answers to refused requests


@pytest.mark.parametrize(
    ("security", "challenges"),
    [
        ("[{bearer: []}]", ["Bearer"]),
        ("[{oauth: []}, {openid: []}]", ["Bearer"]),
        ("[{basic: []}, {bearer: []}]", ['Basic realm="mock"', "Bearer"]),
        ("[{digest: []}]", ['Digest realm="mock", nonce="mock", qop="auth"']),
        ("[{hoba: []}]", ["Hoba"]),
        ("[{query-key: []}]", ['ApiKey in="query", name="key"']),
    ],
    ids=["bearer", "two that mean bearer", "basic or bearer", "digest", "another scheme", "a key"],
)
def test_a_refusal_has_each_challenge_once(security, challenges):
    with pytest.raises(MissingCredential) as caught:
        credential(operation_of(guarded(security)), asks())
    assert list(caught.value.challenges) == challenges


DOCUMENTED = """
security: [{bearer: []}]
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
paths:
  /safe:
    get:
      responses:
        "204": {description: Open}
        "401": RESPONSE
"""


def answered(folder: Path, text: str, head: Head, **chosen: bool):
    (folder / "api.yaml").write_text(HEAD + text, encoding="utf-8")
    settings = Settings(specs=(folder / "api.yaml",), **chosen)
    return runtime(settings, load_backend(settings)).run(Request(head))


def test_the_documented_401_answers_with_the_challenge(tmp_path):
    response = """
          description: Who?
          headers: {X-Hint: {schema: {const: sign-in}}}
          content: {application/json: {schema: {type: object}, example: {message: Who are you?}}}"""
    exchange = answered(tmp_path, DOCUMENTED.replace("RESPONSE", response), asks())
    told = headers(exchange)
    sentence = "the request has no credentials; send Authorization: Bearer …"
    assert (status(exchange), shown(exchange)) == (401, {"message": sentence})
    assert (told["www-authenticate"], told["x-hint"], told["x-mock-source"]) == ("Bearer", "sign-in", "auth")
    assert exchange.own_violations == []


@pytest.mark.parametrize("other", ["4XX", "default"])
def test_a_401_that_only_a_range_without_a_body_documents_is_a_problem(tmp_path, other):
    text = DOCUMENTED.replace('"401": RESPONSE', f'"{other}": {{description: Others}}')
    exchange = answered(tmp_path, text, asks())
    assert summary(exchange) == "401 unauthorized"
    assert headers(exchange)["www-authenticate"] == "Bearer"


def test_a_documented_401_without_a_body_has_none(tmp_path):
    exchange = answered(tmp_path, DOCUMENTED.replace("RESPONSE", "{description: Who?}"), asks())
    assert (status(exchange), exchange.final_answer.body) == (401, b"")
    assert headers(exchange)["www-authenticate"] == "Bearer"


def test_authentication_comes_before_validation(tmp_path):
    text = guarded("[{bearer: []}]").replace(
        "      responses",
        "      parameters: [{name: n, in: query, required: true, schema: {}}]\n      responses",
    )
    assert status(answered(tmp_path, text, asks())) == 401
    assert status(answered(tmp_path, text, asks((AUTHORIZATION, "Bearer a")))) == 422


def test_no_auth_asks_for_no_credentials(tmp_path):
    text = DOCUMENTED.replace("RESPONSE", "{description: Who?}")
    assert status(answered(tmp_path, text, asks(), auth=False)) == 204


def test_a_401_whose_body_cannot_be_generated_is_a_401_all_the_same(tmp_path):
    response = "{description: Who?, content: {application/json: {schema: {type: string, enum: [1]}}}}"
    exchange = answered(tmp_path, DOCUMENTED.replace("RESPONSE", response), asks())
    assert summary(exchange) == "401 unauthorized"


# Sample requests


@pytest.mark.parametrize("name", list(KINDS))
def test_the_sample_request_of_an_operation_is_accepted(name):
    operation = operation_of(guarded(f"[{{{name}: []}}]"))
    assert credential(operation, sample_from_contract(operation).request(operation).head)


def test_the_sample_meets_every_scheme_of_a_requirement():
    operation = operation_of(guarded("[{header-key: [], query-key: [], cookie-key: [], bearer: []}]"))
    assert credential(operation, sample_from_contract(operation).request(operation).head) == "KEY"
