"""OpenAPI objects as values: parameters, request bodies, media types, responses, headers, security schemes.

Schemas remain in the document; the values here refer to them by JSON Pointer (RFC 6901).
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Literal, get_args

from msgspec import Struct

from mockserver.data.json import Json

Direction = Literal["request", "response"]
Location = Literal["path", "query", "header", "cookie"]
RequestPart = Literal["path", "query", "header", "cookie", "body"]
LOCATIONS: tuple[Location, ...] = get_args(Location)
UNNAMED = "example"  # the name of the value of `example`
BODILESS = (204, 205, 304)  # statuses of answers that have no body (RFC 9110, section 15)
SchemeKind = Literal["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"]
SCHEME_KINDS: tuple[SchemeKind, ...] = get_args(SchemeKind)


class Parameter(Struct, frozen=True):
    """One parameter of an operation (OpenAPI 3.1, section 4.8.12).

    `content` is the media type of a parameter that is described by `content`; `style` does not apply to it.
    """

    name: str
    location: Location
    required: bool
    pointer: str
    schema: str | None  # pointer of its schema
    example: Json  # None: it has none
    style: str
    explode: bool
    allow_reserved: bool
    allow_empty: bool
    content: str | None


class Encoding(Struct, frozen=True):
    """The serialization of one property of a form (OpenAPI 3.1, section 4.8.15).

    None means that the property's schema decides.
    """

    content_type: str | None
    style: str | None
    explode: bool | None
    allow_reserved: bool
    headers: tuple[Parameter, ...] = ()  # of the property's parts in a multipart body


class MediaType(Struct, frozen=True, dict=True):
    """One entry of `content` (OpenAPI 3.1, section 4.8.14)."""

    name: str  # in lower case
    pointer: str
    schema: str | None  # pointer of its schema; None: any body is valid
    examples: Mapping[str, Json]  # by name
    encoding: Mapping[str, Encoding]  # by property of a form

    @cached_property
    def is_json(self) -> bool:
        return is_json(self.name)


class Header(Struct, frozen=True):
    """A documented header of a response (OpenAPI 3.1, section 4.8.21).

    `content` is the media type of a header that is described by `content`.
    """

    name: str
    required: bool
    pointer: str
    schema: str | None
    examples: Mapping[str, Json]  # by name
    explode: bool
    content: str | None


class Scheme(Struct, frozen=True):
    """A security scheme (OpenAPI 3.1, section 4.8.27). Fields that its type does not have are empty."""

    key: str  # its name under `components/securitySchemes`
    kind: SchemeKind  # its `type`
    scheme: str  # for http, in lower case: bearer, basic, digest
    location: str  # for apiKey: header, query or cookie
    name: str  # for apiKey: of the header, query parameter or cookie
    pointer: str


class RequestBody(Struct, frozen=True):
    """The request body of an operation (OpenAPI 3.1, section 4.8.13)."""

    required: bool
    content: Mapping[str, MediaType]  # by media type
    pointer: str


class Response(Struct, frozen=True, dict=True):
    """One documented answer of an operation (OpenAPI 3.1, section 4.8.17)."""

    status: str  # `200`, `4XX` or `default`
    content: Mapping[str, MediaType]  # by media type
    headers: tuple[Header, ...]
    pointer: str
    codes: tuple[str, ...]  # error codes: the values of `error` in its schemas' enums, in document order

    @cached_property
    def media(self) -> MediaType | None:
        """The preferred media type: the first JSON type, else the first type; None if there is no body."""
        return next(
            (media for media in self.content.values() if media.is_json),
            next(iter(self.content.values()), None),
        )


def is_json(media_type: str) -> bool:
    """Whether a media type is `application/json` or has the suffix `+json` (RFC 6839)."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")
