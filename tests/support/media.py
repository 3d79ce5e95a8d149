"""Builds media types with a schema, and decodes, encodes and validates bodies by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockserver.contract.bodies import Decoded, Encoded, decode_body, encode_body
from mockserver.contract.description import MediaType
from mockserver.contract.parameters import ParameterTypes
from mockserver.contract.reader.components import ComponentReader
from mockserver.contract.schema.judge import Judges
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token
from mockserver.data.source import Document

POINTER = "/components/requestBodies/Body/content/it"


@dataclass(frozen=True)
class Media:
    media: MediaType
    parameter_types: ParameterTypes

    def decoded(self, body: bytes, content_type: str | None = None) -> Decoded:
        return decode_body(self.media, content_type or self.media.name, body, self.parameter_types)

    def encoded(self, value: Json) -> Encoded:
        return encode_body(self.media, value, self.parameter_types.document)

    def violations(self, value: Json) -> list[str]:
        found = self.parameter_types.judges.judge(f"{POINTER}/schema").violations(value)
        return [f"{each.pointer} {each.keyword}" for each in found]

    def round_trip(self, value: Json) -> Json:
        encoded = self.encoded(value)
        return self.decoded(encoded.body, encoded.content_type).value


def media_of(name: str, schema: Json, schemas: Mapping[str, Json] = {}, **encoding: Any) -> Media:
    """A media type with a schema (or None); `encoding` has Encoding Objects by property."""
    entry: dict[str, Any] = {"encoding": encoding} | ({} if schema is None else {"schema": schema})
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "paths": {},
        "components": {"schemas": dict(schemas), "requestBodies": {"Body": {"content": {"it": entry}}}},
    }
    reader = ComponentReader(Document(Path("api.yaml"), document, lambda _: None))
    encodings = {
        key: reader.encoding(each, f"{POINTER}/encoding/{pointer_token(key)}")
        for key, each in encoding.items()
    }
    pointer = None if schema is None else f"{POINTER}/schema"
    media = MediaType(name, POINTER, pointer, {}, encodings)
    return Media(media, ParameterTypes(document, Judges(document)))
