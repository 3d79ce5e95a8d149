"""A contract that marks secrets in each location, requests with one, and a search for it in what is shown."""

import gzip
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, unquote, unquote_plus

from mockserver.loading import load_backend
from mockserver.settings import Settings
from tests.support.console import Console, open_console
from tests.support.logs import BothLogs

DOCUMENT = """
openapi: 3.1.0
info: {title: Secrets, version: "1"}
security: [{}, {appid: []}, {key: []}, {jar: []}, {basic: []}, {bearer: []}]
paths:
  /accounts:
    post:
      operationId: create
      parameters:
        - {name: hush, in: query, schema: {type: string, format: password, maxLength: 200}}
        - {name: X-Hush, in: header, schema: {type: string, writeOnly: true}}
        - {name: level, in: query, schema: {type: integer}}
        - {name: flat, in: query, explode: false, schema: {$ref: "#/components/schemas/Flat"}}
        - {name: X-Flat, in: header, schema: {$ref: "#/components/schemas/Flat"}}
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Account"}}
          application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Account"}}
          multipart/form-data:
            schema: {$ref: "#/components/schemas/Account"}
            encoding: {note: {headers: {X-Quiet: {schema: {type: string, format: password}}}}}
          application/xml: {schema: {$ref: "#/components/schemas/Account"}}
          application/yaml: {schema: {$ref: "#/components/schemas/Account"}}
          text/plain: {schema: {type: string}}
      responses:
        "201": {description: Created., content: {application/json: {schema: {$ref: "#/components/schemas/Account"}}}}
  /vaults:
    put:
      operationId: fill
      requestBody: {content: {application/json: {schema: {type: object, additionalProperties: {$ref: "#/components/schemas/Hidden"}}}}}
      responses: {"204": {description: Filled.}}
  /resets/{hush}/mails/{id}:
    parameters:
      - {name: hush, in: path, required: true, schema: {$ref: "#/components/schemas/Hidden"}}
      - {name: id, in: path, required: true, schema: {type: integer}}
    get: {operationId: reset, responses: {"204": {description: Reset.}}}
  /flat/{flat}:
    parameters: [{name: flat, in: path, required: true, style: matrix, schema: {$ref: "#/components/schemas/Flat"}}]
    get: {operationId: flat, responses: {"204": {description: Flat.}}}
components:
  securitySchemes:
    appid: {type: apiKey, in: query, name: appid}
    key: {type: apiKey, in: header, name: X-Auth}
    jar: {type: apiKey, in: cookie, name: jar}
    basic: {type: http, scheme: basic}
    bearer: {type: http, scheme: bearer}
  schemas:
    Flat: {type: object, properties: {role: {type: string}, mute: {type: string, format: password}}}
    Hidden: {type: string, format: password, maxLength: 12}
    Account:
      type: object
      properties:
        name: {type: string, maxLength: 5}
        hush: {$ref: "#/components/schemas/Hidden"}
        inner: {allOf: [{type: object, properties: {quiet: {type: string, writeOnly: true, enum: [some-known-value, other]}}}]}
        many: {type: array, items: {$ref: "#/components/schemas/Hidden"}}
        either: {oneOf: [{type: integer}, {type: object, properties: {still: {type: integer, writeOnly: true}}}]}
        map: {type: object, additionalProperties: {$ref: "#/components/schemas/Hidden"}}
        tagged: {type: string, format: password, xml: {name: Tag}}
"""  # noqa: E501
GIVEN = "extra_name"  # what `--mask` adds


@dataclass(frozen=True)
class Carrier:
    """A request that carries a secret."""

    method: str = "POST"
    target: str = "/accounts"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def carriers(secret: str) -> dict[str, Carrier]:
    """Requests that carry a secret, each in another location."""
    once = quote(secret, safe="")
    twice = quote(once, safe="")
    basic = b64encode(f"user:{secret}".encode()).decode()
    sent: dict[str, Carrier] = {
        "query by scheme": Carrier(target=f"/accounts?appid={once}"),
        "query by format": Carrier(target=f"/accounts?hush={once * 20}"),
        "query, encoded twice": Carrier(target=f"/accounts?hush={twice}"),
        "query, encoded name": Carrier(target=f"/accounts?h%75sh={once}"),
        "query, name encoded twice": Carrier(target=f"/accounts?h%2575sh={once}"),
        "query, deep": Carrier(target=f"/accounts?filter[hush]={once}&level=x"),
        "query of JSON": Carrier(target=f"/accounts?q={quote(json.dumps({'hush': secret}))}"),
        "query of a URL": Carrier(
            target=f"/accounts?next={quote(f'https://h/?access_token={once}', safe='')}"
        ),
        "query of a wrong type": Carrier(target=f"/accounts?appid={once}&level={once}"),
        "query by the user": Carrier(target=f"/accounts?{GIVEN}={once}"),
        "header by scheme": Carrier(headers={"x-auth": secret}),
        "header by writeOnly": Carrier(headers={"x-hush": secret}),
        "cookie": Carrier(headers={"cookie": f"jar={secret}; other={secret}"}),
        "basic": Carrier(headers={"authorization": f"Basic {basic}"}),
        "bearer": Carrier(headers={"authorization": f"Bearer {secret}"}),
        "no scheme": Carrier(headers={"authorization": f"{secret} {secret}"}),
        "bearer in a header": Carrier(headers={"x-note": f"sent Bearer {secret} there"}),
        "basic in a header": Carrier(headers={"x-note": f"Basic {basic}"}),
        "bearer, encoded": Carrier(headers={"x-note": f"Bearer%20{once}"}),
        "referer": Carrier(headers={"referer": f"https://h/?a=1&password={once}#x"}),
        "referer, encoded name": Carrier(headers={"referer": f"https://h/?p%61ssword={once}"}),
        "referer, user": Carrier(headers={"referer": f"https://user:{once}@h/"}),
        "referer, fragment": Carrier(headers={"referer": f"https://h/#access_token={once}"}),
        "location": Carrier(headers={"location": f"/x?appid={once}"}),
        "content type": Carrier(headers={"content-type": f"text/x; token={secret}"}, body=b"x"),
        "path": Carrier("GET", f"/resets/{once}/mails/1"),
        "path, wrong id": Carrier("GET", f"/resets/{once}/mails/x"),
        "path, wrong method": Carrier("PUT", f"/resets/{once}/mails/1"),
        "path, unknown below": Carrier("GET", f"/resets/{once}/other"),
        "path, encoded twice": Carrier("GET", f"/resets/{twice}/mails/1"),
        "repeated in a path": Carrier("GET", f"/other/{once}?appid={once}"),
        "unknown path": Carrier("GET", f"/nowhere?token={once}", {"x-auth": secret}),
        "path, misspelt": Carrier("GET", f"/reset/{once}/mails/1"),
        "path, in capitals": Carrier("GET", f"/Resets/{once}/mail/1"),
        "path, empty segment": Carrier("GET", f"/resets//{once}/mails/1"),
        "path, encoded slash": Carrier("GET", f"/resets%2F{once}/mails/1"),
        "path of a flat object": Carrier("GET", f"/flat/;flat=role,a,mute,{once}"),
        "query of a flat object": Carrier(target=f"/accounts?flat=role,a,mute,{once}"),
        "query of a flat object, encoded": Carrier(target=f"/accounts?flat=role%2Ca%2Cmute%2C{once}"),
        "header of a flat object": Carrier(headers={"x-flat": f"role,a,mute,{once}"}),
        "query of a URL in a URL": Carrier(
            target=f"/accounts?next={quote('/a?next=' + quote(f'/b?token={once}', safe=''), safe='')}"
        ),
        "bearer after a tab": Carrier(headers={"x-note": f"Bearer\t{secret}"}),
        "bearer in quotes": Carrier(headers={"x-note": f'Bearer "{secret}"'}),
        "bearer after a colon": Carrier(headers={"x-note": f"bearer: {secret}"}),
        "API key in a header": Carrier(headers={"x-note": f"ApiKey {secret}"}),
        "digest in a header": Carrier(headers={"x-note": f'Digest username="u", response="{secret}"'}),
        "name in a header": Carrier(headers={"x-note": f"password: {secret}"}),
        "name of a media type": Carrier(headers={"content-type": f'text/x; password="{secret}"'}, body=b"x"),
        "whole object": Carrier(
            "PUT", "/vaults", {"content-type": "application/json"}, _json({"any": secret})
        ),
        "scenario": Carrier(headers={"x-auth": secret, "x-mock-scenario": secret}),
        "delay": Carrier(headers={"x-auth": secret, "x-mock-delay": secret}),
    }
    return sent | {f"body: {name}": each for name, each in _bodies(secret, once).items()}


def _bodies(secret: str, once: str) -> dict[str, Carrier]:
    """Requests with a secret in the body."""
    inner = {"password": {"value": secret, "list": [secret]}}
    sent: dict[str, Carrier] = {}

    def add(name: str, kind: str, body: bytes, path: str = "/accounts", **headers: str) -> None:
        sent[name] = Carrier("POST", path, {"content-type": kind, **headers}, body)

    for name, value in {
        "hush": {"hush": secret},
        "wrong beside it": {"hush": secret, "name": 12},
        "writeOnly": {"inner": {"quiet": secret}},
        "items": {"many": ["a", secret]},
        "oneOf": {"either": {"still": secret}},
        "map": {"map": {"any": secret}},
        "nested": inner,
        "name as secret": {"hush": {secret: 1}},
        "in a string": {"note": json.dumps({"hush": secret})},
        "in a string in a string": {"note": json.dumps(json.dumps({"p": json.dumps(inner)}))},
        "a form in a string": {"note": f"a=1&password={once}"},
        "XML in a string": {"note": f"<a><hush>{secret}</hush></a>"},
        "bearer in a string": {"note": f"use Bearer {secret}"},
        "a name and a value": {"params": [{"name": "hush", "value": secret}]},
        "a name and a value in capitals": {"params": [{"Value": secret, "Name": "password"}]},
        "an id and a new value": {"params": [{"id": "hush", "new_value": secret}]},
        "a patch": [{"op": "replace", "path": "/inner/quiet", "value": {"a": secret}}],
        "pairs": {"headers": [["a", "b"], ["Authorization", secret]]},
        "YAML in a string": {"note": f"name: a\npassword: {secret}\n"},
        "a request in a string": {"note": f"GET / HTTP/1.1\r\nX-Api-Key: {secret}\r\n\r\n"},
        "a command in a string": {"note": f"curl -H 'X-Api-Key: {secret}' --password {secret}"},
        "a table in a string": {"note": f"name,hush\na,{secret}\n"},
        "a part in a string": {
            "note": f'--b\nContent-Disposition: form-data; name="hush"\n\n{secret}\n--b--'
        },
        "code in a string": {"note": f"array('password' => '{secret}'), :token=>\"{secret}\""},
        "a private key": {"note": f"-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----"},
        "a query language": {"query": f'mutation {{ login(password: "{secret}") }}'},
        "quoted in a violation": {"hush": secret, "name": f"is {secret}"},
    }.items():
        add(name, "application/json", _json(value))
        add(f"{name}, unknown path", "application/json", _json(value), "/account")
    escaped = _json({"hush": secret}).replace(b"hush", rb"h\u0075sh")
    add("escaped name", "application/json", escaped)
    add("escaped value", "application/json", b'{"hush": "%s"}' % _escaped(secret))
    doubled = b'{"note": {"password": %s}, "note": 1, "name": 12}' % _json(secret)
    add("name twice", "application/json", doubled)
    for name, broken in {
        "cut": _json({"hush": secret})[:-3],
        "no quotes": f"{{hush: {secret}}}".encode(),
        "single quotes": f"{{'hush': '{secret}'}}".encode(),
        "no colon": f'{{"hush" "{secret}"}}'.encode(),
        "no value": f'{{"hush": {secret}}}'.encode(),
        "two values": _json({"a": 1}) + _json({"hush": secret}),
        "lines": b"\n".join([_json({"a": 1}), _json({"hush": secret})]),
        "UTF-16": json.dumps({"hush": secret}).encode("utf-16"),
        "UTF-32": json.dumps({"hush": secret}).encode("utf-32"),
        "a long one": _json({"a": "x" * 70_000, "hush": secret}),
        "a long one, secret first": _json({"hush": secret, "a": "x" * 70_000}),
        "binary": b"\x00\x01\xffhush\x02" + secret.encode(),
    }.items():
        add(f"JSON: {name}", "application/json", broken)
        add(f"text: {name}", "text/plain", broken)
    form = f"name=a&hush={once}&inner[quiet]={once}&h%75sh={once}".encode()
    add("form", "application/x-www-form-urlencoded", form)
    add("form as JSON", "application/json", form)
    add("form in latin-1", "application/x-www-form-urlencoded", b"name=\xe9&hush=" + once.encode())
    add("JSON as form", "application/x-www-form-urlencoded", _json({"hush": secret}))
    data = f"<n:hush><b><![CDATA[{secret}]]></b></n:hush>"
    xml = f"<Account><hush>{secret}</hush><a hush='{secret}'/>{data}</Account>"
    add("XML", "application/xml", xml.encode())
    add("XML by its name", "application/xml", f"<Account><Tag>{secret}</Tag></Account>".encode())
    add("XML, cut", "application/xml", xml[:40].encode())
    add("XML, entity", "application/xml", f'<!DOCTYPE a [<!ENTITY e "{secret}">]><hush>&e;</hush>'.encode())
    for name, disposition in {
        "quoted": 'form-data; name="hush"',
        "bare": "form-data; name=hush",
        "single quotes": "form-data; name='hush'",
        "file": 'form-data; name="hush"; filename="a.txt"',
        "JSON": 'form-data; name="note"',
    }.items():
        content = json.dumps({"hush": secret}) if name == "JSON" else secret
        parts = f"--b\r\nContent-Disposition: {disposition}\r\n\r\n{content}\r\n--b--\r\n"
        add(f"multipart {name}", "multipart/form-data; boundary=b", parts.encode())
        add(f"multipart {name}, preamble", "multipart/form-data; boundary=b", f"x\r\n{parts}".encode())
        add(f"multipart {name}, cut", "multipart/form-data; boundary=b", parts.encode()[:-9])
        add(f"multipart {name}, wrong type", "text/plain", parts.encode())
    header = 'Content-Disposition: form-data; name="note"\r\n'
    for name, part in {
        "a header": f"{header}X-Quiet: {secret}\r\nX-Api-Key: {secret}\r\n\r\na",
        "base64": f"{header}Content-Transfer-Encoding: base64\r\n\r\n"
        + b64encode(_json({"hush": secret})).decode(),
        "quoted-printable": f"{header}Content-Transfer-Encoding: quoted-printable\r\n\r\nh=75sh: {secret}",
    }.items():
        add(f"multipart, {name}", "multipart/form-data; boundary=b", f"--b\r\n{part}\r\n--b--\r\n".encode())
    for name, element in {
        "no quotes": f"<a hush={once}>b</a>",
        "instruction": f'<?a password="{secret}"?><a/>',
        "name and value": f"<member><name>hush</name><value><string>{secret}</string></value></member>",
        "text before it": f"a <hush>{secret}</hush>",
        "type": f'<input type="password" value="{secret}"/>',
    }.items():
        add(f"XML, {name}", "application/xml", element.encode())
        add(f"XML, {name}, as text", "text/plain", element.encode())
    for name, text in {
        "complex key": f"? hush\n: {secret}\n",
        "escaped name": f'"h\\x75sh": {secret}\n',
        "alias": f"a: &x {secret}\nhush: *x\n",
        "items without an indent": f"hush:\n- {secret}\n- {secret}\n",
        "brackets on lines": f"hush: [\n{secret},\n{secret}\n]\n",
        "quotes on lines": f'hush: "a\n{secret}"\n',
        "three quotes": f'hush = """\n{secret}"""\n',
        "a block": f"password {{\n  value = {secret}\n}}\n",
        "a table": f"| password | {secret} |\n",
        "one column": f"password\n{secret}\n",
        "carriage returns": f"a,password\rb,{secret}\r",
    }.items():
        add(f"YAML, {name}", "application/yaml", text.encode())
    add("YAML", "application/yaml", f"name: a\nhush: {secret}\n".encode())
    add("YAML, nested", "application/yaml", f"password:\n  value: {secret}\n  list:\n  - {secret}\n".encode())
    add("YAML, flow", "application/yaml", f"{{name: a, hush: {secret}}}\n".encode())
    add("CSV", "text/csv", f"name,hush\na,{secret}\n".encode())
    add("text", "text/plain", f"the password: {secret}\nBearer {secret}".encode())
    packed = gzip.compress(_json({"hush": secret}))
    add("gzip", "application/json", packed, **{"content-encoding": "gzip"})
    stored = gzip.compress(_json({"hush": secret}), 0)
    add("gzip, cut", "application/json", stored[:-12], **{"content-encoding": "gzip"})
    add("gzip, unnamed", "application/json", stored)
    add("unknown coding", "application/json", _json({"hush": secret}), **{"content-encoding": "br"})
    return sent


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _escaped(text: str) -> bytes:
    return "".join(f"\\u{ord(each):04x}" for each in text).encode()


@contextmanager
def secret_console(
    mask: tuple[str, ...] = (GIVEN,), document: str = DOCUMENT
) -> Iterator[tuple[Console, BothLogs]]:
    """A client of a server with the document, and what it logs."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "secrets.yaml")
        path.write_text(document, encoding="utf-8")
        settings = Settings(specs=(path,), mask=mask)
        log = BothLogs()
        with open_console(settings, load_backend(settings), log) as console:
            yield console, log


def shown(console: Console, log: BothLogs, carrier: Carrier, secret: str) -> dict[str, str]:
    """What a server shows of a request anywhere, after it was sent: by where it is shown."""
    console.call("POST session/reset")
    console.call("DELETE violations")
    for text in log.texts:
        text.seek(0)
        text.truncate()
    answer = console.send(carrier.method, carrier.target, carrier.body, carrier.headers)
    described = {
        "method": carrier.method,
        "path": carrier.target,
        "headers": carrier.headers,
        "body": carrier.body.decode("utf-8", "replace"),
    }
    expected = {"header": {"x-auth": secret}, "query": {"hush": secret}, "bodyPartial": {"hush": secret}}
    path, _, query = carrier.target.partition("?")
    wrong = {
        "path": path,
        "header": carrier.headers,
        "query": dict(each.partition("=")[::2] for each in query.split("&")),
        "body": described["body"],
        "status": 599,
    }
    rows = console.call("GET requests").json()["requests"]
    told = {
        "answer": answer.body.decode("utf-8", "replace") if answer.status >= 400 else "",
        "headers": "\n".join(value.decode("latin-1") for _, value in answer.headers),
        "explain": console.call("POST explain", described).body.decode(),
        "verify": console.call("POST requests/verify", {"match": {"status": 599}}).body.decode(),
        "verify the secret": console.call("POST requests/verify", {"match": expected}).body.decode(),
        "verify the request": console.call("POST requests/verify", {"match": wrong}).body.decode(),
        **{f"log {index}": text.getvalue() for index, text in enumerate(log.texts)},
    }
    for call in (
        "requests",
        "violations?leniencies=true",
        "session",
        "session/changes",
        "sessions",
        "coverage",
    ):
        told[call] = console.call(f"GET {call}").body.decode()
    for row in rows:
        told[f"requests/{row['id']}"] = console.call(f"GET requests/{row['id']}").body.decode()
    return told


def leaks(told: dict[str, str], secret: str) -> list[str]:
    """Where a secret is shown, in any encoding; its last four characters may be."""
    hidden = secret[:-4]
    encoded = b64encode(f"user:{secret}".encode()).decode()[: len(secret)]
    readings: tuple[Callable[[str], str], ...] = (
        str, unquote, unquote_plus, lambda text: unquote(unquote(text)), _unescaped,
        lambda text: _unescaped(_unescaped(text)), lambda text: text.replace("\x00", ""),
    )  # fmt: skip
    return [
        f"{place}: …{text[max(0, text.find(hidden) - 60) :][:120]}"
        for place, whole in told.items()
        for text in {read(whole) for read in readings}
        if hidden in text or encoded in text
    ]


def _unescaped(text: str) -> str:
    return (
        text.replace("\\\\", "\\").encode("latin-1", "backslashreplace").decode("unicode_escape", "replace")
    )
