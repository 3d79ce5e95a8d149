"""One parameter of a request: read by its style, made a value by its schema, and judged."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias, cast

from msgspec import Struct, field

from mockserver.contract.description import LOCATIONS, Location, Parameter, is_json
from mockserver.contract.document.references import value_at
from mockserver.contract.parameters.coercion import ParameterTypes, ValueTypes
from mockserver.contract.parameters.percent import Decode, Malformed, decoded, plain, query_decoded
from mockserver.contract.parameters.styles import Deep, Form, Given, HeaderText, OneText, Spread, is_deep
from mockserver.contract.schema.judge import SchemaViolation
from mockserver.data.decoding import Undecodable, decode, quoted
from mockserver.data.json import Json
from mockserver.data.reading import MISSING, DataError, pointer_token
from mockserver.data.suggest import did_you_mean

Way: TypeAlias = Callable[[Given], object]  # to the value; MISSING where the request does not give it

_STYLES: Mapping[Location, tuple[str, ...]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),  # `cookie` is OpenAPI 3.2's form without percent-encoding
}


class ParameterViolation(Struct, frozen=True):
    """One thing that the contract forbids about a parameter.

    `pointer` is `/NAME`, or leads from there into the value; `rule` points into the contract.
    """

    parameter: Parameter
    pointer: str
    keyword: str
    message: str
    rule: str


class ParsedParameters(Struct):
    """What a request's parameters are, and what is wrong with them, in the contract's order."""

    values: dict[Location, dict[str, Json]] = field(
        default_factory=lambda: {"path": {}, "query": {}, "header": {}, "cookie": {}}
    )
    violations: list[ParameterViolation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # for the trail: what is legal, but looks like a mistake


class Claims(Struct):
    """Which members of one location belong to a parameter for certain."""

    names: set[str] = field(default_factory=set)
    deep: set[str] = field(default_factory=set)  # the names of deepObjects
    properties: set[str] = field(default_factory=set)  # of exploded objects

    def by_name(self, name: str) -> bool:
        """Whether a member belongs to a parameter by its very name; no exploded object takes it then."""
        return name in self.names or any(is_deep(each, name) for each in self.deep)


class ParameterReader:
    """Reads one parameter; the ways to do so are worked out once."""

    def __init__(self, parameter: Parameter, parameter_types: ParameterTypes, claims: Claims) -> None:
        """Adds its own claims to those of its location, which are complete when all readers are made."""
        self._parameter = parameter
        self._name = parameter.name.lower() if parameter.location == "header" else parameter.name
        self._pointer = f"/{pointer_token(parameter.name)}"
        self._judges = parameter_types.judges
        self._shape = parameter_types.value_types(*([] if parameter.schema is None else [parameter.schema]))
        self._claims = claims
        self._form = _form(parameter, self._name, self.takes)
        self._spreads = isinstance(self._form, Spread) and "object" in self._shape.types
        self._ways = list(_ways(parameter, self._form, self._shape))
        is_judged = parameter.content is None or is_json(parameter.content)
        self._schema = parameter.schema if is_judged else None
        self._claim()

    def takes(self, name: str) -> bool:
        """Whether a member is a property of this parameter's exploded object."""
        if not self._spreads or self._claims.by_name(name):
            return False
        properties = self._shape.properties
        return name in properties or (self._shape.open and name not in self._claims.properties)

    def read(self, given: Given, findings: ParsedParameters) -> None:
        """The parameter's value, or what is wrong with it, into the findings."""
        parameter = self._parameter
        is_empty = parameter.allow_empty and list(given.get(self._name, ())) == [""]
        try:
            value = "" if is_empty else self._value(given)
        except Malformed as error:
            findings.violations.append(self._violation(error.keyword, f"{parameter.name} {error}"))
            return
        if value is not MISSING:
            json = findings.values[parameter.location][parameter.name] = cast("Json", value)
            if self._schema is not None and not is_empty:
                found = self._judges.judge(self._schema).violations(json)
                findings.violations.extend(self._judged(each, json) for each in found)
        elif parameter.required:
            message = f"the {parameter.location} parameter {parameter.name!r} is missing"
            findings.violations.append(self._violation("required", message))

    def _value(self, given: Given) -> object:
        """The value; of several readings the first that the schema accepts. Raises Malformed."""
        if len(self._ways) == 1:
            return self._ways[0](given)
        refused: list[object] = []
        trouble: list[Malformed] = []
        for way in self._ways:
            try:
                value = way(given)
            except Malformed as error:
                trouble.append(error)
                continue
            if value is not MISSING:
                if self._shape.accepts(cast("Json", value)):
                    return value
                refused.append(value)
        if trouble and not refused:
            raise trouble[0]
        return refused[-1] if refused else MISSING

    def _claim(self) -> None:
        if isinstance(self._form, Deep):
            self._claims.deep.add(self._name)
        if self._spreads:
            self._claims.properties |= self._shape.properties
        if not self._spreads or self._shape.types != {"object"}:  # a mere object's name stands nowhere
            self._claims.names.add(self._name)

    def _violation(self, keyword: str, message: str) -> ParameterViolation:
        return ParameterViolation(self._parameter, self._pointer, keyword, message, self._parameter.pointer)

    def _judged(self, found: SchemaViolation, value: Json) -> ParameterViolation:
        part = value_at(value, found.pointer)
        shown = f" ({quoted(part)})" if found.keyword == "type" and isinstance(part, str) else ""
        message = f"{self._parameter.name}{found.pointer}: {found.message}{shown}"
        pointer = self._pointer + found.pointer
        return ParameterViolation(self._parameter, pointer, found.keyword, message, found.schema_pointer)


def description_errors(parameter: Parameter, parameter_types: ParameterTypes) -> list[DataError]:
    """What cannot work about a parameter's description, by its place in the contract."""
    if parameter.content is not None:
        both = parameter.schema == f"{parameter.pointer}/schema"
        return [DataError(parameter.pointer, "a parameter has a schema or content, not both")] if both else []
    styles, place = _STYLES[parameter.location], f"{parameter.pointer}/style"
    if parameter.style not in styles:
        owner = next((each for each in LOCATIONS if parameter.style in _STYLES[each]), None)
        hint = f" (a {owner} parameter has)" if owner else did_you_mean(parameter.style, styles)
        message = f"a {parameter.location} parameter has no style {parameter.style!r}{hint}"
        return [DataError(place, f"{message}; expected {' or '.join(styles)}" if owner else message)]
    types = (
        parameter_types.value_types(parameter.schema).types
        if parameter.schema is not None
        else frozenset(("object",))
    )
    if parameter.style == "deepObject" and "object" not in types:
        return [DataError(place, "deepObject writes objects, and the schema describes none")]
    return []


def _form(parameter: Parameter, name: str, takes: Callable[[str], bool]) -> Form:
    decode = _decoding(parameter)
    if parameter.content is not None:
        return OneText(name, "simple", False, decode)
    if parameter.style == "deepObject":
        return Deep(name, decode)
    if parameter.explode and parameter.location in ("query", "cookie"):
        return Spread(name, takes, decode)
    one = HeaderText if parameter.location == "header" else OneText
    return one(name, parameter.style, parameter.explode, decode)


def _decoding(parameter: Parameter) -> Decode:
    if parameter.location == "header" or parameter.style == "cookie":
        return plain
    if parameter.location == "query" and not parameter.allow_reserved:
        return query_decoded
    return decoded  # who may send reserved characters as they are means a plus by a plus


def _ways(parameter: Parameter, form: Form, shape: ValueTypes) -> Iterator[Way]:
    """How the texts may be read by the schema's types, the plainest way first."""

    def scalar(given: Given) -> object:
        text = form.scalar(given)
        return MISSING if text is None else shape.scalar(text)

    def items(given: Given) -> object:
        texts = form.items(given)
        return MISSING if texts is None else shape.items(texts)

    def members(given: Given) -> object:
        trees = form.members(given)
        return MISSING if trees is None else shape.members(trees)

    def content(given: Given) -> object:
        text = form.scalar(given)
        return MISSING if text is None else _content(text, parameter.content or "")

    if parameter.content is not None:
        yield content
        return
    if shape.takes_scalar and parameter.style != "deepObject":
        yield scalar
    if "array" in shape.types or not shape.types:
        yield items
    if "object" in shape.types or parameter.style == "deepObject":
        yield members


def _content(text: str, media_type: str) -> Json:
    """A text of a media type: JSON as its value, another type as it is; raises Malformed."""
    if not is_json(media_type):
        return text
    try:
        return decode(text.encode())
    except Undecodable as error:
        raise Malformed(
            error.keyword, f"cannot be read: {str(error).replace('the body', 'the text')}"
        ) from None
