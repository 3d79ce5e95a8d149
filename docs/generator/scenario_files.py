"""The page of the keys of scenario files, from their JSON Schema."""

import json
from importlib.resources import files

from generator.markdown import code, fenced, table
from generator.markdown import page as markdown_page
from generator.schema import Describer, Schema

HEAD = ("Key", "Value", "Description")
LINKS = {
    "respond": "[object](#respond)",
    "delay": "[delay](#delay)",
    "duration": "[duration](#delay)",
    "fault": "[fault](#fault)",
    "retryAfter": "[duration](#delay)",
    "faultName": "[name of a fault](#fault)",
    "step": "[object](#items-of-steps)",
    "expectation": "[object](#expect)",
    "request": "[object](#request)",
}
INTRODUCTION = """
All keys of a scenario file. [Scenario files](../scenarios.md) explains with examples how to use them. A
file has `summary`, `operation` and one of `respond`, `given` and `steps`, or only a `delay` or a `fault`. An
unknown key is an error.
"""
EDITORS = """
## JSON Schema

This page is generated from a JSON Schema (2020-12), with which an editor can complete and check scenario
files. Save it beside them:
"""
COMMENT = """
The YAML extensions of most editors then find it by a comment in the first line of a file:
"""
SAMPLES = """
## Sample request files

`requests/OPERATION.yaml` in the fixtures folder has the same keys as `request`, at its top level. It is the
request of all scenarios of this operation that have no `request` of their own. OPERATION is an operationId.
"""


def page() -> str:
    text = files("mockserver.scenarios").joinpath("scenario.schema.json").read_text(encoding="utf-8")
    schema: Schema = json.loads(text)
    describer, parts = Describer(schema, LINKS.get), schema["$defs"]
    delay, fault = parts["delay"]["oneOf"], parts["fault"]["oneOf"]

    def keys(part: Schema) -> str:
        return table(HEAD, describer.rows(part))

    return markdown_page(
        "Keys of scenario files",
        INTRODUCTION,
        keys(schema),
        "## `respond`",
        "Either `error` or `status` is required, unless there is only a `delay` or a `fault`.",
        keys(parts["respond"]),
        "## `delay`",
        "\n".join(f"- {form['description']}" for form in delay),
        f"A duration is a string: {lower(parts['duration']['description'])}",
        "## `fault`",
        table(
            ("Name", "Effect"),
            ((code(each["const"]), each["description"]) for each in parts["faultName"]["oneOf"]),
        ),
        "Options can follow the name as in the header `X-Mock-Fault`: "
        + " and ".join(map(code, fault[1]["examples"]))
        + ". Instead, an object can be given:",
        keys(fault[2]),
        "## Items of `steps`",
        keys(parts["step"]),
        "## `expect`",
        keys(parts["expectation"]),
        "## `request`",
        keys(parts["request"]),
        SAMPLES,
        EDITORS,
        fenced("sh", "mockserver scenarios --schema > scenario.schema.json"),
        COMMENT,
        fenced("yaml", "# yaml-language-server: $schema=scenario.schema.json"),
    )


def lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
