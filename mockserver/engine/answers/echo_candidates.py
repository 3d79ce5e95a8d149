"""The values of a request that members of its answer have the names of."""

from collections.abc import Iterator, Mapping
from typing import cast
from urllib.parse import unquote

from msgspec import Struct

from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.contract.description import MediaType
from mockserver.contract.schema.work import WorkBudget
from mockserver.data.json import Json
from mockserver.data.reading import MISSING
from mockserver.engine.answers.echo_targets import EchoTargets, Objects, Target
from mockserver.engine.answers.echo_trial import Member
from mockserver.engine.exchange import Exchange
from mockserver.http.message import encoded
from mockserver.http.secret_names import SecretNames
from mockserver.model import Call

_ID = "id"


class Candidate(Struct, frozen=True):
    """A value of the request for a member of the answer; `text` is the value as text, if it was sent so."""

    member: Member
    target: Target
    value: Json
    text: str | None = None

    def fitting(self, work: WorkBudget) -> object:
        """The value as the member's schema accepts it, perhaps with another type; otherwise MISSING."""
        target, text = self.target, self.text
        if target.accepts(self.value, work):
            return self.value
        if text is None:
            return MISSING
        if text is not self.value and target.accepts(text, work):
            return text
        converted = target.converted(text)
        return converted if converted is not text and target.accepts(converted, work) else MISSING


def fitting_members(
    exchange: Exchange, call: Call, targets: EchoTargets, body: dict[str, Json]
) -> tuple[dict[Member, Json], bool]:
    """The members of an answer's body that the request has values for, each by its own schema.

    Also returns whether the answer certainly stays valid with them.
    """
    found: dict[tuple[str, ...], tuple[Member, Json]] = {}
    work, is_certain = WorkBudget(), True
    for each in _candidates(exchange, call, targets, body):
        keys = each.member.keys
        if keys in found or _holds_secret(targets.secrets, keys[-1], each.value):
            continue
        value = each.fitting(work)
        if value is not MISSING:
            found[keys] = each.member, cast("Json", value)
            is_certain = is_certain and each.target.is_separable
    return dict(found.values()), is_certain and not work.not_judged


def _candidates(
    exchange: Exchange, call: Call, targets: EchoTargets, body: dict[str, Json]
) -> Iterator[Candidate]:
    """The candidates for the members of an answer's body; for each member the best one comes first."""
    if targets.secrets.has_whole_body:
        return
    objects = targets.objects(body)
    values = dict(_path_values(exchange, call, targets))
    as_id = _as_id(values, targets, objects)
    if targets.ends_with_parameter:
        yield from _of_path(as_id, objects)
    yield from _of_path({name: value for name, value in values.items() if name != _ID}, objects)
    if isinstance(call.body, dict):
        yield from _of_body(call.body, _described_form(exchange), objects)
    yield from _of_path(as_id, objects)


def _as_id(values: Mapping[str, Json], targets: EchoTargets, objects: Objects) -> dict[str, Json]:
    """The last path parameter under the name `id`; empty if it is the id of another resource.

    It is that of the resource where the path ends with it. In an answer to `POST /carts/{cart_id}/items` it
    is, unless there is a member `cart_id`, too; and a member `id` of the request comes before it.
    """
    last = targets.path[-1] if targets.path else None
    if last is None or last not in values:
        return {}
    has_own_member = any(echoed.has(last, plain) for echoed, plain in objects)
    if has_own_member and last != _ID and not targets.ends_with_parameter:
        return {}
    return {_ID: values[last]}


def _path_values(exchange: Exchange, call: Call, targets: EchoTargets) -> Iterator[tuple[str, Json]]:
    """The path parameters that are not secret; those that the contract does not describe are strings."""
    for name in targets.path:
        value = call.parameters[name] if name in call.parameters else unquote(exchange.facts.match.raw[name])
        if not targets.secrets.holds(name, value):
            yield name, value


def _of_path(values: Mapping[str, Json], objects: Objects) -> Iterator[Candidate]:
    """The candidates from the path; the first object that has a member of the name gets it."""
    for name, value in values.items():
        found = ((echoed, echoed.target(name, plain)) for echoed, plain in objects)
        for echoed, target in found:
            if target is not None:
                text = value if isinstance(value, str) else encoded(value).decode()
                yield Candidate(Member((*echoed.keys, name), "path"), target, value, text)
                break


def _of_body(sent: dict[str, Json], form: SchemaView | None, objects: Objects) -> Iterator[Candidate]:
    """The candidates from the body; those in its own envelope, if it has the same one, come first.

    `form` is the schema of a body that is not JSON.
    """
    (first, plain), *others = objects
    if others:
        envelope = first.keys[0]
        if isinstance(nested := sent.get(envelope), dict):
            yield from _of_members(nested, None, [(first, plain)])
        sent = {name: value for name, value in sent.items() if name != envelope}
    yield from _of_members(sent, form, objects)


def _of_members(sent: dict[str, Json], form: SchemaView | None, objects: Objects) -> Iterator[Candidate]:
    """The candidates from members; the first object that has a member of the name gets it."""
    seen = set()
    for echoed, plain in objects:
        for name, target in echoed.targets(plain, sent):
            if name in seen or target.is_read_only or (form is not None and form.member(name).is_binary):
                continue
            seen.add(name)
            value = sent[name]
            text = value if form is not None and isinstance(value, str) else None
            yield Candidate(Member((*echoed.keys, name), "body"), target, value, text)


def _described_form(exchange: Exchange) -> SchemaView | None:
    """The schema of a body that was sent as text, such as a form; None for JSON."""
    media = exchange.facts.body_type
    if not isinstance(media, MediaType) or media.is_json:
        return None
    return SchemaView.for_schema(exchange.matched_operation.requests.document, media.schema)


def _holds_secret(secrets: SecretNames, name: str, value: Json) -> bool:
    """Whether a value, or one inside it, has a secret name."""
    if secrets.holds(name, value):
        return True
    if isinstance(value, dict):
        return any(_holds_secret(secrets, key, inner) for key, inner in value.items())
    return isinstance(value, list) and any(_holds_secret(secrets, "", inner) for inner in value)
