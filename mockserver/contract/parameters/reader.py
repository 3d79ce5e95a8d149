"""Parse one parameter of a request by its style, convert it to the types of its schema, and validate it."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, cast

from msgspec import Struct, field

from mockserver.contract.description import LOCATIONS, Location, Parameter, is_json
from mockserver.contract.document.references import value_at
from mockserver.contract.parameters.coercion import ParameterTypes, ValueTypes
from mockserver.contract.parameters.leniency import NOT_JUDGED, Leniency
from mockserver.contract.parameters.percent import Decode, Malformed, as_sent, form_decoded, percent_decoded
from mockserver.contract.parameters.styles import (
    DeepObjectStyle,
    DelimitedStyle,
    ExplodedStyle,
    HeaderStyle,
    RawValues,
    Style,
    is_deep_object_member,
)
from mockserver.contract.schema.judge import SchemaViolation
from mockserver.contract.schema.work import WorkBudget, take_not_judged
from mockserver.data.decoding import Undecodable, decode
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_token
from mockserver.data.quoting import quoted
from mockserver.data.reading import MISSING, DataError
from mockserver.data.suggest import did_you_mean

if TYPE_CHECKING:
    from mockserver.contract.parameters.lenient_reader import LenientReader
    from mockserver.contract.parameters.second_readings import Spelling

Parse: TypeAlias = Callable[[RawValues], object]  # returns MISSING where the request lacks the parameter

_STYLES: Mapping[Location, tuple[str, ...]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),  # `cookie` is OpenAPI 3.2's form style without percent-encoding
}


class ParameterViolation(Struct, frozen=True):
    """One violation of the contract by a parameter.

    `pointer` is `/NAME`, followed by a JSON Pointer into the value; `rule` is a pointer into the contract.
    """

    parameter: Parameter
    pointer: str
    keyword: str
    message: str
    rule: str


class ParsedParameters(Struct):
    """The values of a request's parameters, and their violations in the contract's order."""

    values: dict[Location, dict[str, Json]] = field(
        default_factory=lambda: {"path": {}, "query": {}, "header": {}, "cookie": {}}
    )
    violations: list[ParameterViolation] = field(default_factory=list)
    leniencies: list[Leniency] = field(default_factory=list)  # only if the reading may be lenient
    notes: list[str] = field(default_factory=list)  # remarks for the trail: valid, but probably a mistake
    work: WorkBudget | None = None  # what validation may still take
    size: int = 1 << 15  # bytes of a head, at most, by the usual limits


class DeclaredNames(Struct):
    """The names in one location that belong to declared parameters."""

    names: set[str] = field(default_factory=set)  # of parameters
    deep_objects: set[str] = field(default_factory=set)  # of parameters with the style deepObject
    properties: set[str] = field(default_factory=set)  # of exploded objects

    def is_parameter(self, name: str) -> bool:
        """Whether the name is that of a parameter, and so not of a property of an exploded object."""
        return name in self.names or any(is_deep_object_member(each, name) for each in self.deep_objects)


class ParameterReader:
    """Parses and validates one parameter; all that depends on the contract alone is computed once."""

    def __init__(
        self,
        parameter: Parameter,
        parameter_types: ParameterTypes,
        declared: DeclaredNames,
        *,
        is_field: bool = False,
    ) -> None:
        """Adds the parameter's names to `declared`, which all readers of its location share.

        `is_field`: whether the parameter describes a field of a form.
        """
        self.parameter = parameter
        self._is_field = is_field
        self._name = parameter.name.lower() if parameter.location == "header" else parameter.name
        self._pointer = f"/{pointer_token(parameter.name)}"
        self._judges = parameter_types.judges
        self._types = parameter_types.value_types(*([] if parameter.schema is None else [parameter.schema]))
        self._declared = declared
        self._style = _style(parameter, self._name, self.has_property)
        self._is_exploded_object = isinstance(self._style, ExplodedStyle) and "object" in self._types.types
        self._parsers = list(_parsers(parameter, self._style, self._types))
        is_validated = parameter.content is None or is_json(parameter.content)
        self._schema = parameter.schema if is_validated else None
        self._declare()

    def has_property(self, name: str) -> bool:
        """Whether a member of the query, or a cookie, is a property of this parameter's exploded object."""
        if not self._is_exploded_object or self._declared.is_parameter(name):
            return False
        properties = self._types.properties
        return name in properties or (self._types.is_open and name not in self._declared.properties)

    def read(self, raw: RawValues, parsed: ParsedParameters) -> None:
        """Add the parameter's value or its violations to `parsed`."""
        parameter = self.parameter
        is_empty = parameter.allow_empty and list(raw.get(self._name, ())) == [""]
        try:
            value = "" if is_empty else self._value(raw)
        except Malformed as error:
            parsed.violations.append(self._violation(error.keyword, f"{parameter.name}: {error}"))
            return
        if value is not MISSING:
            json = parsed.values[parameter.location][parameter.name] = cast("Json", value)
            if self._schema is not None and not is_empty:
                found = self._judges.judge(self._schema).violations(json, parsed)
                parsed.violations.extend(self._schema_violation(each, json) for each in found)
                if parsed.work is not None:
                    self._note_not_judged(parsed)
        elif parameter.required:
            message = f"the {parameter.location} parameter {parameter.name!r} is missing"
            parsed.violations.append(self._violation("required", message))

    @cached_property
    def _lenient_reader(self) -> "LenientReader":
        from mockserver.contract.parameters.lenient_reader import LenientReader  # few requests need it

        has_brackets = self.parameter.location == "query"
        decode = _decoding(self.parameter)
        is_field = self._is_field
        return LenientReader(self._name, self._style, self._types, decode, is_field, has_brackets)

    def may_have_brackets(self, key: str) -> bool:
        """Whether an undeclared key of the query, such as `name[0]`, can stand for a part of the value."""
        return (
            self.parameter.content is None
            and not isinstance(self._style, DeepObjectStyle)
            and not self._types.types.isdisjoint(("array", "object"))
            and is_deep_object_member(self._name, key)
        )

    def refuse_brackets(self, key: str, parsed: ParsedParameters) -> bool:
        """Add a violation for a key with brackets that the style does not have; False if the value is known.

        A parameter that already has a violation gets no other one.
        """
        parameter = self.parameter
        if parameter.name in parsed.values[parameter.location]:
            return False
        if all(each.parameter is not parameter for each in parsed.violations):
            message = f"{parameter.name}: the style {parameter.style} has no keys such as {quoted(key)}"
            parsed.violations.append(self._violation("style", message))
        return True

    def read_again(
        self, raw: RawValues, found: list[ParameterViolation], parsed: ParsedParameters
    ) -> list[ParameterViolation]:
        """The violations that remain after a lenient reading; `found` are those of the strict one.

        Adds the value to `parsed`, and its leniencies where it is valid. Where neither reading is valid, the
        one with fewer violations counts.
        """
        second = self._lenient_reader.read(raw) if self.parameter.content is None else None
        if second is None:
            return found
        values, name, value = (
            parsed.values[self.parameter.location],
            self.parameter.name,
            second.reading.value,
        )
        if second.is_valid or self._schema is None:
            values[name] = value
            parsed.leniencies += map(self._leniency, second.reading.spellings)
            return []
        lenient = self._judges.judge(self._schema).violations(value, parsed)
        self._note_not_judged(parsed)
        if name in values and len(lenient) > len(found):
            return found
        values[name] = value
        return [self._schema_violation(each, value) for each in lenient]

    def _value(self, raw: RawValues) -> object:
        """The value: of several possible ones the first that the schema accepts. Raises Malformed."""
        if len(self._parsers) == 1:
            return self._parsers[0](raw)
        rejected: list[object] = []
        errors: list[Malformed] = []
        for parse in self._parsers:
            try:
                value = parse(raw)
            except Malformed as error:
                errors.append(error)
                continue
            if value is not MISSING:
                if self._types.accepts(cast("Json", value)):
                    return value
                rejected.append(value)
        if errors and not rejected:
            raise errors[0]
        return rejected[-1] if rejected else MISSING

    def _declare(self) -> None:
        if isinstance(self._style, DeepObjectStyle):
            self._declared.deep_objects.add(self._name)
        if self._is_exploded_object:
            self._declared.properties |= self._types.properties
        if not self._is_exploded_object or self._types.types != {"object"}:
            self._declared.names.add(self._name)  # an exploded object's own name does not appear

    def _violation(self, keyword: str, message: str) -> ParameterViolation:
        return ParameterViolation(self.parameter, self._pointer, keyword, message, self.parameter.pointer)

    def _leniency(self, found: "Spelling") -> Leniency:
        parameter, pointer = self.parameter, self._pointer + found.pointer
        if self._is_field:
            return Leniency("body", pointer, found.kind, found.message)
        message = f"{parameter.name}{found.pointer}: {found.message}"
        return Leniency(parameter.location, pointer, found.kind, message, parameter.name)

    def _note_not_judged(self, parsed: ParsedParameters) -> None:
        """Add the keywords that were not judged; a field is judged again with the whole form."""
        parameter = self.parameter
        for each in take_not_judged(parsed):
            message = f"{parameter.name}{each.pointer}: {each.message}"
            pointer = self._pointer + each.pointer
            found = Leniency(parameter.location, pointer, NOT_JUDGED, message, parameter.name)
            if not self._is_field and found not in parsed.leniencies:
                parsed.leniencies.append(found)

    def _schema_violation(self, found: SchemaViolation, value: Json) -> ParameterViolation:
        part = value_at(value, found.pointer)
        excerpt = f" ({quoted(part)})" if found.keyword == "type" and isinstance(part, str) else ""
        message = f"{self.parameter.name}{found.pointer}: {found.message}{excerpt}"
        pointer = self._pointer + found.pointer
        return ParameterViolation(self.parameter, pointer, found.keyword, message, found.schema_pointer)


def description_errors(parameter: Parameter, parameter_types: ParameterTypes) -> list[DataError]:
    """Errors in the contract's description of a parameter, with pointers into the contract."""
    if parameter.content is not None:
        has_both = parameter.schema == f"{parameter.pointer}/schema"
        return [DataError(parameter.pointer, "expected schema or content, found both")] if has_both else []
    styles, pointer = _STYLES[parameter.location], f"{parameter.pointer}/style"
    if parameter.style not in styles:
        owner = next((each for each in LOCATIONS if parameter.style in _STYLES[each]), None)
        hint = f", but of a {owner} parameter; valid: {', '.join(styles)}" if owner else ""
        hint = hint or did_you_mean(parameter.style, styles)
        message = f"{parameter.style!r} is not a valid style of a {parameter.location} parameter{hint}"
        return [DataError(pointer, message)]
    types = {"object"} if parameter.schema is None else parameter_types.value_types(parameter.schema).types
    if parameter.style == "deepObject" and types.isdisjoint(("array", "object")):
        return [DataError(pointer, "the style deepObject requires a schema that allows an object or array")]
    return []


def _style(parameter: Parameter, name: str, has_property: Callable[[str], bool]) -> Style:
    decode = _decoding(parameter)
    if parameter.content is not None:
        return DelimitedStyle(name, "simple", False, decode)
    if parameter.style == "deepObject":
        return DeepObjectStyle(name, decode)
    if parameter.explode and parameter.location in ("query", "cookie"):
        return ExplodedStyle(name, has_property, decode)
    style = HeaderStyle if parameter.location == "header" else DelimitedStyle
    return style(name, parameter.style, parameter.explode, decode)


def _decoding(parameter: Parameter) -> Decode:
    if parameter.location == "header" or parameter.style == "cookie":
        return as_sent
    if parameter.location == "query" and not parameter.allow_reserved:
        return form_decoded
    return percent_decoded  # with allowReserved a plus sign is sent as itself


def _parsers(parameter: Parameter, style: Style, types: ValueTypes) -> Iterator[Parse]:
    """The ways to parse the parameter that its schema's types allow, the simplest type first."""

    def scalar(raw: RawValues) -> object:
        string = style.scalar(raw)
        return MISSING if string is None else types.scalar(string)

    def items(raw: RawValues) -> object:
        strings = style.items(raw)
        return MISSING if strings is None else types.items(strings)

    def members(raw: RawValues) -> object:
        trees = style.members(raw)
        return MISSING if trees is None else types.members(trees)

    def undefined(raw: RawValues) -> object:
        if parameter.name in raw or any(is_deep_object_member(parameter.name, key) for key in raw):
            raise Malformed("style", "OpenAPI defines the style deepObject for objects only")
        return MISSING

    def content(raw: RawValues) -> object:
        string = style.scalar(raw)
        return MISSING if string is None else _decoded_content(string, parameter.content or "")

    if parameter.content is not None:
        yield content
        return
    if types.allows_scalar and parameter.style != "deepObject":
        yield scalar
    if "array" in types.types or not types.types:
        yield items
    if "object" in types.types:
        yield members
    elif parameter.style == "deepObject":
        yield undefined


def _decoded_content(string: str, media_type: str) -> Json:
    """Decode a parameter with `content`: JSON to its value, another type to a string. Raises Malformed."""
    if not is_json(media_type):
        return string
    try:
        return decode(string.encode())
    except Undecodable as error:
        raise Malformed(error.keyword, str(error).replace("the body", "the value")) from None
