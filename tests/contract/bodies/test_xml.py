"""XML is decoded and encoded by schemas and their XML Objects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.bodies import Unencodable
from mockserver.data.decoding import Undecodable
from mockserver.data.limits import MAX_BODY_DEPTH, MAX_XML_NODES
from tests.support.media import media_of

XML = "application/xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
TEXT = {"type": "string"}
ITEM = TEXT | {"xml": {"name": "i"}}
TEXTS = {"type": "array", "items": TEXT}


def xml(schema, **schemas):
    return media_of(XML, schema, schemas)


def of(**properties):
    return {"type": "object", "xml": {"name": "r"}, "properties": properties}


@pytest.mark.parametrize(
    ("schema", "value", "written"),
    [
        (of(a=TEXT), {"a": "x & <y>"}, "<r><a>x &amp; &lt;y&gt;</a></r>"),
        (of(a={"type": "integer"}, b={"type": "boolean"}), {"a": 1, "b": True}, "<r><a>1</a><b>true</b></r>"),
        (of(a=TEXT | {"xml": {"name": "b"}}), {"a": "1"}, "<r><b>1</b></r>"),
        (of(a={"type": "integer", "xml": {"attribute": True}}), {"a": 1}, '<r a="1"/>'),
        (of(a=TEXT | {"xml": {"attribute": True, "name": "b"}}), {"a": '"\n'}, '<r b=\'"&#10;\'/>'),
        (of(a=TEXTS), {"a": ["1", "2"]}, "<r><a>1</a><a>2</a></r>"),
        (of(a=TEXTS | {"xml": {"name": "b"}}), {"a": ["1"]}, "<r><a>1</a></r>"),
        (of(a=TEXTS | {"items": TEXT | {"xml": {"name": "b"}}}), {"a": ["1"]}, "<r><b>1</b></r>"),
        (of(a=TEXTS | {"xml": {"wrapped": True}}), {"a": ["1"]}, "<r><a><a>1</a></a></r>"),
        (of(a=TEXTS | {"xml": {"wrapped": True, "name": "b"}}), {"a": ["1"]}, "<r><b><b>1</b></b></r>"),
        (of(a={"type": "array", "items": ITEM, "xml": {"wrapped": True, "name": "b"}}), {"a": ["1"]},
         "<r><b><i>1</i></b></r>"),
        (of(a=TEXTS | {"xml": {"wrapped": True}}), {"a": []}, "<r><a/></r>"),
        (of(a=of(b=TEXT) | {"xml": {}}), {"a": {"b": ""}}, "<r><a><b/></a></r>"),
        (of(a=of(b=TEXT) | {"xml": {}}), {"a": {}}, "<r><a/></r>"),
        (of(a=TEXT | {"xml": {"prefix": "p", "namespace": "urn:p"}}), {"a": "1"},
         '<r><p:a xmlns:p="urn:p">1</p:a></r>'),
        (of(a=TEXT | {"xml": {"namespace": "urn:p"}}), {"a": "1"}, '<r><a xmlns="urn:p">1</a></r>'),
        (of(a=TEXT | {"xml": {"prefix": "p"}}), {"a": "1"}, "<r><a>1</a></r>"),
        (of(a=TEXT | {"xml": {"prefix": "p", "namespace": "urn:p", "attribute": True}}), {"a": "1"},
         '<r xmlns:p="urn:p" p:a="1"/>'),
        (of(a={"type": ["integer", "null"]}), {"a": None},
         '<r><a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></r>'),
        ({"type": "array", "xml": {"name": "r"}, "items": TEXT | {"xml": {"name": "i"}}}, ["1", "2"],
         "<r><i>1</i><i>2</i></r>"),
        ({"type": "integer"}, 1, "<root>1</root>"),
        ({"$ref": "#/components/schemas/Pet"}, {"id": 1}, "<Pet><id>1</id></Pet>"),
        ({"$ref": "#/components/schemas/Dog"}, {"id": 1}, "<dog><id>1</id></dog>"),
        ({"allOf": [{"$ref": "#/components/schemas/Pet"}]} | of(), {"id": 1}, "<r><id>1</id></r>"),
        (of(), {"b": "1", "c": ["2", "3"], "d": {"e": "4"}},
         "<r><b>1</b><c>2</c><c>3</c><d><e>4</e></d></r>"),
    ],
)  # fmt: skip
def test_a_value_and_its_xml(schema, value, written):
    pet = {"type": "object", "properties": {"id": {"type": "integer"}}}
    media = xml(schema, Pet=pet, Dog=pet | {"xml": {"name": "dog"}})
    assert media.encoded(value).body.decode() == HEAD + written
    assert media.decoded(written.encode()).value == value


@pytest.mark.parametrize(
    ("schema", "body", "value"),
    [
        (of(a={"type": "integer"}), b"<r> <a> 1 </a> <!-- c --> </r>", {"a": 1}),
        (of(a=TEXT), b"<r><a> 1 </a></r>", {"a": " 1 "}),
        (of(a={"type": "integer"}), b"<r><a>x</a></r>", {"a": "x"}),
        (of(a={"type": "integer"}), b"<r><a>1</a><a>2</a></r>", {"a": [1, 2]}),
        (of(a=TEXT), b"<r b='1'><c/></r>", {"b": "1", "c": ""}),
        (of(a=TEXT), b"<r><a>1</a><z/><z/></r>", {"a": "1", "z": ["", ""]}),
        (of(a=TEXT), b"<r xmlns='urn:r'><a>1</a></r>", {"a": "1"}),
        (of(a=TEXT), b"<r><a><![CDATA[<!DOCTYPE a>]]></a></r>", {"a": "<!DOCTYPE a>"}),
        (of(a=TEXT), b"<r>text</r>", "text"),
        (of(a=TEXTS | {"xml": {"wrapped": True}}), b"<r><a>text</a></r>", {"a": "text"}),
        (of(a=TEXT), "\ufeff<r><a>é</a></r>".encode(), {"a": "é"}),
        (of(a=TEXT), b"<?xml version='1.0' encoding='ISO-8859-1'?><r><a>\xe9</a></r>", {"a": "é"}),
        ({}, b"<any/>", ""),
        ({}, b"<any><a>1</a></any>", {"a": "1"}),
        ({}, b"<any a='1'/>", {"a": "1"}),
        (None, b"<any>1</any>", "1"),
    ],
)
def test_xml_in_other_notations_is_decoded(schema, body, value):
    assert xml(schema).decoded(body).value == value


def test_a_charset_parameter_overrides_the_xml_declaration():
    body = b"<?xml version='1.0' encoding='utf-8'?><r><a>\xe9</a></r>"
    assert xml(of(a=TEXT)).decoded(body, "text/xml; charset=iso-8859-1").value == {"a": "é"}


@pytest.mark.parametrize(
    ("body", "keyword", "message"),
    [
        (b"", "xml", "the body is not well-formed XML: no element found at line 1, column 1"),
        (b"<r>", "xml", "the body is not well-formed XML"),
        (b"text", "xml", "the body is not well-formed XML"),
        (b"<r/><r/>", "xml", "junk after document element"),
        (b"<p:r/>", "xml", "unbound prefix"),
        (b"<r>&e;</r>", "xml", "undefined entity"),
        (b"<!DOCTYPE r><r/>", "xml", "the body has a DOCTYPE ('r')"),
        (b"<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>", "xml", "DOCTYPE"),
        (b"<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><r>&e;</r>", "xml", "DOCTYPE"),
        (
            b"<a>" * (MAX_BODY_DEPTH + 1) + b"</a>" * (MAX_BODY_DEPTH + 1),
            "depth",
            "nested deeper than 128 levels",
        ),
        (
            b"<r>" + b'<a b=""/>' * (MAX_XML_NODES // 2) + b"</r>",
            "xml",
            "the body has more than 40,000 elements and attributes",
        ),
        (b"<R/>", "xml", "expected <r> as the root element, found <R>"),
        (b"<r>1<a/></r>", "xml", "<r> has both child elements and text ('1')"),
        (b"<r><l><j/></l></r>", "xml", "in <l>, found <j>"),
        (
            b"<r><l><i/></l></r>",
            "xml",
            "expected <i> of the namespace 'urn:i' in <l>, found <i>",
        ),
        (b"<r><b/></r>", "xml", "expected the property 'b' as <c> of the namespace 'urn:c', found <b>"),
        (b"<r><d/></r>", "xml", "expected the property 'd' as the attribute 'd', found <d>"),
        (b"<r l='1'/>", "xml", "expected the property 'l' as <l>, found the attribute 'l'"),
        (b"<?xml version='1.0' encoding='utf-16'?><r/>", "charset", "did you mean 'utf-8'?"),
        (b"\xff", "encoding", "the body is not valid UTF-8"),
    ],
)
def test_xml_that_the_contract_does_not_allow_is_undecodable(body, keyword, message):
    items = TEXT | {"xml": {"name": "i", "namespace": "urn:i"}}
    named = TEXT | {"xml": {"name": "c", "namespace": "urn:c"}}
    media = xml(
        of(
            b=named,
            d=TEXT | {"xml": {"attribute": True}},
            l={"type": "array", "xml": {"wrapped": True}, "items": items},
        )
    )
    with pytest.raises(Undecodable) as caught:
        media.decoded(body)
    assert caught.value.keyword == keyword
    assert message in str(caught.value)


def test_entities_are_never_expanded():
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(20))
    bomb = f'<!DOCTYPE r [<!ENTITY e0 "aaaaaaaaaa">{entities}]><r>&e20;</r>'
    with pytest.raises(Undecodable, match="DOCTYPE"):  # expanded it would fill any memory
        xml({}).decoded(bomb.encode())


def test_a_property_name_that_is_not_a_valid_xml_name_is_unencodable():
    with pytest.raises(Unencodable, match="is not a valid XML name"):
        xml(of()).encoded({"a><b": 1})


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=6)
POINT = st.fixed_dictionaries({}, optional={"x": st.integers(), "note": WORDS})
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "text": WORDS | st.sampled_from(["\n", "\r\n", " ", "]]>"]),
        "number": st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        "nothing": st.none() | st.integers(),
        "attribute": WORDS,
        "texts": st.lists(WORDS, min_size=1),
        "wrapped": st.lists(WORDS),
        "point": POINT,
        "points": st.lists(POINT, min_size=1),
        "matrix": st.lists(st.lists(st.integers(), max_size=3), min_size=1),
    },
)
SCHEMA_POINT = of(x={"type": "integer", "xml": {"attribute": True}}, note=TEXT) | {"xml": {}}
EVERYTHING = xml(
    of(
        text=TEXT,
        number={"type": "number"},
        nothing={"type": ["integer", "null"]},
        attribute=TEXT | {"xml": {"attribute": True, "prefix": "p", "namespace": "urn:p"}},
        texts=TEXTS,
        wrapped=TEXTS | {"xml": {"wrapped": True, "namespace": "urn:w"}},
        point=SCHEMA_POINT,
        points={
            "type": "array",
            "items": SCHEMA_POINT | {"xml": {"name": "p", "prefix": "p", "namespace": "urn:p"}},
        },
        matrix={"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
    )
)


@given(VALUES)
def test_an_encoded_value_is_decoded_to_the_same_value(value):
    assert EVERYTHING.round_trip(value) == value
