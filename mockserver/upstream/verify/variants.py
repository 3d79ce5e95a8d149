"""Other requests that are made of one: with another credential, another item, or less in the body."""

import json

from msgspec.structs import replace

from mockserver.data.json import Json
from mockserver.upstream.verify.sequence import SentCall

AUTHORIZATION = "authorization"


def with_token(call: SentCall, token: str | None) -> SentCall:
    """The call with another bearer token, None for no credential; unchanged if it has no bearer token."""
    value = call.named.get(AUTHORIZATION, "")
    if not value.lower().startswith("bearer "):
        return call
    others = [each for each in call.headers if each[0].lower() != AUTHORIZATION]
    return replace(call, headers=others if token is None else [("Authorization", f"Bearer {token}"), *others])


def with_path_of(call: SentCall, path: str) -> SentCall:
    """The call with another path; its query stays."""
    _, mark, query = call.target.partition("?")
    return replace(call, target=f"{path}{mark}{query}")


def with_body_of(call: SentCall, other: SentCall) -> SentCall:
    """The call with the body of another, if both have the same method and type of body."""
    if (call.method, call.named.get("content-type")) != (other.method, other.named.get("content-type")):
        return call
    return replace(call, body=other.body)


def json_body(call: SentCall) -> Json:
    """The value of a JSON body; None if the body is empty or not JSON."""
    if not call.body or "json" not in call.named.get("content-type", ""):
        return None
    try:
        value: Json = json.loads(call.body)
    except (ValueError, RecursionError):
        return None
    return value


def with_json(call: SentCall, value: Json) -> SentCall:
    """The call with this value as its JSON body."""
    return replace(call, body=json.dumps(value, ensure_ascii=False).encode())


def minimal(call: SentCall, required: frozenset[str]) -> SentCall:
    """The call without the members of its body that are not required, and without its query."""
    value = json_body(call)
    least = replace(call, target=call.path)
    if not isinstance(value, dict):
        return least
    return with_json(least, {name: each for name, each in value.items() if name in required})


def crossed(one: SentCall, other: SentCall) -> SentCall:
    """The call `one` with what the JSON body of `other` has, too; its own members come first.

    Arrays of the same name are joined, the items of `one` first.
    """
    own, further = json_body(one), json_body(other)
    if not isinstance(further, dict):
        return one
    if not isinstance(own, dict):
        return replace(other, target=one.target)
    joined: dict[str, Json] = {**further, **own}
    for name, value in own.items():
        more = further.get(name)
        if isinstance(value, list) and isinstance(more, list):
            joined[name] = [*value, *more]
    return with_json(one, joined)


def member_names(call: SentCall) -> list[str]:
    """The names of the members of the call's JSON body."""
    body = json_body(call)
    return list(body) if isinstance(body, dict) else []


def with_member(call: SentCall, name: str) -> SentCall:
    """The call with this member of its JSON body alone."""
    body = json_body(call)
    return with_json(call, {name: body[name]}) if isinstance(body, dict) else call
