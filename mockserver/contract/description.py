"""What a contract describes, as values: parameters, bodies, responses, headers, security schemes.

Schemas stay where they stand in the document; values here name them by JSON Pointer (RFC 6901).
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Literal, get_args

from msgspec import Struct

from mockserver.data.json import Json

Direction = Literal["request", "response"]
Location = Literal["path", "query", "header", "cookie"]
LOCATIONS: tuple[Location, ...] = get_args(Location)
BODILESS = (204, 205, 304)  # statuses of answers without a body (RFC 9110, section 15)
SchemeKind = Literal["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"]
SCHEME_KINDS: tuple[SchemeKind, ...] = get_args(SchemeKind)


class Encoding(Struct, frozen=True):
    """How one property of a form is written (OpenAPI 3.1, section 4.8.15); None: as its schema suggests."""

    content_type: str | None
    style: str | None
    explode: bool | None
    allow_reserved: bool


class MediaType(Struct, frozen=True, dict=True):
    """One `content` entry: the pointer of its schema (None: anything goes) and its examples by name."""

    name: str
    pointer: str
    schema: str | None
    examples: Mapping[str, Json]
    encoding: Mapping[str, Encoding]  # by property, of forms

    @cached_property
    def is_json(self) -> bool:
        return is_json(self.name)


class Parameter(Struct, frozen=True):
    """One parameter; `content` is its media type where it is written as one, and then it has no style."""

    name: str
    location: Location
    required: bool
    pointer: str
    schema: str | None
    example: Json
    style: str
    explode: bool
    allow_reserved: bool
    allow_empty: bool
    content: str | None


class Header(Struct, frozen=True):
    """A documented header of a response; `content` is its media type where it is written as one."""

    name: str
    required: bool
    pointer: str
    schema: str | None
    example: Json
    explode: bool
    content: str | None


class Scheme(Struct, frozen=True):
    """A security scheme, by its name in the document; what its type does not have is empty."""

    key: str
    kind: SchemeKind
    scheme: str  # of http, in lower case: bearer, basic, digest
    location: str  # of apiKey: header, query or cookie
    name: str  # of apiKey
    pointer: str


class RequestBody(Struct, frozen=True):
    required: bool
    content: Mapping[str, MediaType]
    pointer: str


class Response(Struct, frozen=True, dict=True):
    """One documented answer; `status` is as written: `200`, `4XX` or `default`."""

    status: str
    content: Mapping[str, MediaType]
    headers: tuple[Header, ...]
    pointer: str
    codes: tuple[str, ...]  # the members of its schema's `error` enums, in document order

    @cached_property
    def media(self) -> MediaType | None:
        """What its body is sent as: JSON where it is documented, else the first type, None without a body."""
        return next(
            (media for media in self.content.values() if media.is_json),
            next(iter(self.content.values()), None),
        )


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON: `application/json`, or one with the suffix `+json` (RFC 6839)."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")
