"""Decodes YAML bodies (RFC 9512), which may contain what JSON may contain."""

from mockserver.contract.bodies.charsets import decode_string
from mockserver.contract.bodies.scalars import compact_json
from mockserver.contract.bodies.schema_view import SchemaView
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.json import Json
from mockserver.data.yaml import NotYaml, read_yaml

LIMIT = 50_000  # values in a body, with its aliases expanded


def is_yaml_text(view: SchemaView) -> bool:
    """Whether the schema describes the text of the YAML document, not the value in it."""
    return view.types == {"string"}


def read_yaml_body(body: bytes, charset: str | None) -> Json:
    """The value of a YAML document; raises Undecodable."""
    text = decode_string(body, charset)
    try:
        value = read_yaml(text, LIMIT)[0]
    except NotYaml as error:
        line = f" in line {error.line}" if error.line is not None else ""
        raise Undecodable("yaml", f"the body cannot be read{line}: {error}") from None
    return decode(compact_json(value).encode("utf-8", "surrogatepass"))
