"""The judge agrees with the JSON Schema Test Suite; each schema is the request body of an OpenAPI document.

The suite is looked for beside the checkout. Cases of draft 2020-12 go into a 3.1 document; those cases of
draft 4 that OpenAPI 3.0 can write go into a 3.0 one, and with it through the upgrade.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from jsonschema_specifications import REGISTRY

from mockserver.contract.document.dialect import upgrade
from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json
from mockserver.data.reading import BadData
from tests.support.paths import TEST_DATA, needs

SUITE = TEST_DATA / "json-schema-test-suite"
REMOTES = "http://localhost:1234/"
OTHERS = ("draft", "v1")  # folders of remotes for one draft each
SCHEMA = "/paths/~1values/post/requestBody/content/application~1json/schema"

pytestmark = needs(SUITE)

# Where we disagree, and why: by file, a group's description (and a case's, after a colon).
EVERYTHING = ""
VOCABULARIES = "a keyword means the same whatever vocabularies a metaschema names"
OTHER_DRAFTS = "every schema is read as 2020-12; what it says as another draft has it is named in a notice"
NOT_ASSERTED = "a format that stays an annotation"
EXCEPTIONS: Mapping[str, Mapping[str, str]] = {
    "draft2020-12/vocabulary.json": {"schema that uses custom metaschema with with no": VOCABULARIES},
    "draft2020-12/optional/cross-draft.json": {EVERYTHING: OTHER_DRAFTS},
    "draft2020-12/optional/dependencies-compatibility.json": {EVERYTHING: OTHER_DRAFTS},
    "draft2020-12/optional/format/hostname.json": {
        "validation of A-label (punycode) host names": "a name in ASCII is not decoded into other scripts",
    },
    "draft4/refRemote.json": {"Location-independent identifier": "OpenAPI 3.0 has no identifiers in schemas"},
    "draft4/optional/zeroTerminatedFloats.json": {
        EVERYTHING: "1.0 is an integer, as JSON Schema has it since draft 6"
    },
    **{
        f"draft2020-12/optional/format/{name}.json": {EVERYTHING: NOT_ASSERTED}
        for name in (
            "idn-email",
            "idn-hostname",
            "iri",
            "iri-reference",
            "relative-json-pointer",
            "uri-template",
        )
    },
}

OF_3_0 = frozenset(
    (
        *("title", "description", "default", "format", "enum", "type", "$ref", "$schema"),
        *("multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
        *("minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "items"),
        *("minProperties", "maxProperties", "required", "properties", "additionalProperties"),
        *("allOf", "anyOf", "oneOf", "not"),
    )
)


def files(folder: str) -> list[str]:
    """The suite's files in a folder and below."""
    tests = SUITE / "tests"
    return sorted(path.relative_to(tests).as_posix() for path in (tests / folder).rglob("*.json"))


def groups(file: str) -> list[Any]:
    found: list[Any] = json.loads((SUITE / "tests" / file).read_text(encoding="utf-8"))
    return found


@cache
def resources() -> dict[str, Json]:
    """The suite's other documents and the metaschemas, as schemas that the URI of a reference identifies."""
    folder = SUITE / "remotes"
    paths = [path for name in ("draft2020-12", "draft4") for path in (folder / name).rglob("*.json")]
    paths += [
        path for path in folder.rglob("*.json") if not path.relative_to(folder).parts[0].startswith(OTHERS)
    ]
    found = {REMOTES + path.relative_to(folder).as_posix(): json.loads(path.read_bytes()) for path in paths}
    found |= {uri: REGISTRY.contents(uri) for uri in REGISTRY if "2020-12" in uri or "draft-04" in uri}
    return {f"R{index}": identified(uri, each) for index, (uri, each) in enumerate(found.items())}


def identified(uri: str, schema: Any) -> Json:
    """The schema as one that this URI identifies, even if its own `$id` is another one."""
    own: Json = schema.get("$id", uri)
    if own == uri:
        return {"$id": uri.rstrip("#"), **schema}
    return {"$id": uri, "$ref": own, "$defs": {"own": schema}}


def document(version: str, schema: Json) -> dict[str, Json]:
    body: Json = {"content": {"application/json": {"schema": schema}}}
    needed = resources() if "://" in json.dumps(schema) else {}
    return {
        "openapi": version,
        "paths": {"/values": {"post": {"requestBody": body}}},
        "components": {"schemas": needed},
    }


def disagreements(group: Any, judges: Judges) -> Iterator[str]:
    """The cases of a group in which we disagree."""
    for case in group["tests"]:
        description = f"{group['description']}: {case['description']}"
        try:
            judge = judges.judge(SCHEMA)
        except BadData as bad:
            yield f"{description}: {bad}"
        else:
            if {judge.accepts(case["data"]), not judge.violations(case["data"])} != {case["valid"]}:
                yield description


def check(file: str, found: Iterable[str]) -> None:
    """Every disagreement is in the table, and everything in the table is one."""
    found = list(found)
    exceptions = EXCEPTIONS.get(file, {})
    assert [each for each in found if not each.startswith(tuple(exceptions))] == []
    assert [start for start in exceptions if not any(each.startswith(start) for each in found)] == []


def as_resource(schema: Json) -> Json:
    """The schema with a URI of its own, so that `#` means the schema and not the document."""
    return {"$id": "urn:case", **schema} if isinstance(schema, dict) else schema


@pytest.mark.parametrize("file", files("draft2020-12"))
def test_a_3_1_document_is_judged_as_draft_2020_12(file: str) -> None:
    asserted = "optional/format" in file
    check(
        file,
        (
            each
            for group in groups(file)
            for each in disagreements(
                group,
                Judges(document("3.1.0", as_resource(group["schema"])), formats=asserted),
            )
        ),
    )


def is_of_3_0(schema: Any) -> bool:
    """Whether OpenAPI 3.0 has all the keywords of the schema, and has them in this form."""
    if not isinstance(schema, dict):
        return False
    if (
        not schema.keys() <= OF_3_0
        or not isinstance(schema.get("type", "any"), str)
        or "null" in schema.values()
    ):
        return False
    parts = [*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    parts += [
        *schema.get("properties", {}).values(),
        *(schema[each] for each in ("items", "not") if each in schema),
    ]
    rest = schema.get("additionalProperties", True)
    return all(map(is_of_3_0, parts)) and (isinstance(rest, bool) or is_of_3_0(rest))


def moved(schema: Json) -> Json:
    """The schema with its references to `#` leading to where it now stands."""
    match schema:
        case dict():
            return {
                name: f"#{SCHEMA}{value[1:]}"
                if name == "$ref" and isinstance(value, str) and value.startswith("#")
                else moved(value)
                for name, value in schema.items()
            }
        case list():
            return [moved(each) for each in schema]
    return schema


@pytest.mark.parametrize("file", files("draft4"))
def test_a_3_0_document_is_judged_as_draft_4(file: str) -> None:
    asserted = "optional/format" in file
    cases = [group for group in groups(file) if is_of_3_0(group["schema"])]
    check(
        file,
        (
            each
            for group in cases
            for each in disagreements(
                group,
                Judges(
                    upgrade(document("3.0.3", moved(group["schema"]))),
                    formats=asserted,
                ),
            )
        ),
    )


def test_most_cases_of_draft_4_are_run() -> None:
    of_3_0 = [is_of_3_0(group["schema"]) for file in files("draft4") for group in groups(file)]

    assert sum(of_3_0) > 0.5 * len(of_3_0)
