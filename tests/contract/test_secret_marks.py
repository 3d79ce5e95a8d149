"""The names that a contract marks as secret."""

import pytest

from mockserver.contract.secret_marks import SecretMarks
from tests.support.documents import contract_of

BODY = "{{application/json: {{schema: {schema}}}}}"


def marks(schema: str, components: str = "{}", added: tuple[str, ...] = ()) -> frozenset[str]:
    """The marked names of an operation with this schema of its request body."""
    contract = contract_of(
        f"paths: {{/a: {{post: {{requestBody: {{content: {BODY.format(schema=schema)}}},"
        f" responses: {{'204': {{description: Done.}}}}}}}}}}\ncomponents: {{schemas: {components}}}\n"
    )
    return SecretMarks(contract, added).names_of(contract.operations[0]).added


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        ("{type: object, properties: {a: {type: string}}}", set()),
        ("{properties: {a: {format: password}, b: {writeOnly: true}, c: {}}}", {"a", "b"}),
        ("{properties: {a: {properties: {b: {writeOnly: true}}}}}", {"b"}),
        ("{properties: {a: {items: {format: password}}}}", {"a"}),
        ("{properties: {a: {additionalProperties: {format: password}}}}", {"a"}),
        ("{properties: {a: {anyOf: [{type: 'null'}, {format: password}]}}}", {"a"}),
        ("{allOf: [{oneOf: [{properties: {a: {writeOnly: true}}}]}]}", {"a"}),
        ("{$ref: '#/components/schemas/Node'}", {"key"}),
        ("{properties: {a: {$ref: '#/components/schemas/Hidden'}}}", {"a"}),
        ("{properties: {a: {writeOnly: true, xml: {name: Tag}}}}", {"a", "tag"}),
        ("{additionalProperties: {format: password}}", {"*"}),
    ],
)
def test_passwords_and_write_only_values_mark_the_name_around_them(schema, names):
    node = "{properties: {next: {$ref: '#/components/schemas/Node'}, key: {writeOnly: true}}}"
    assert marks(schema, f"{{Node: {node}, Hidden: {{format: password}}}}") == names


def test_the_names_of_the_user_are_added():
    assert marks("{}", added=("Extra_Name",)) == {"extra-name"}


DOCUMENT = """
security: [{key: []}]
paths:
  /resets/{hush}:
    get:
      parameters: [{name: hush, in: path, required: true, schema: {type: string, format: password}}]
      responses: {"204": {description: Done.}}
  /plain: {get: {security: [], responses: {"204": {description: Done.}}}}
components:
  securitySchemes:
    key: {type: apiKey, in: query, name: appid}
    free: {type: apiKey, in: header, name: X-Free}
"""


def test_the_names_of_all_api_keys_are_secret_in_every_operation():
    contract = contract_of(DOCUMENT)
    found = SecretMarks(contract)
    plain = next(each for each in contract.operations if each.path == "/plain")
    assert found.names_of(plain).added == {"appid", "x-free"}
    assert found.names.added == {"appid", "x-free", "hush"}


def test_a_mark_counts_in_its_own_operation_alone():
    contract = contract_of(DOCUMENT)
    by_path = {each.path: SecretMarks(contract).names_of(each) for each in contract.operations}
    assert "hush" in by_path["/resets/{hush}"]
    assert "hush" not in by_path["/plain"]


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/resets/abc", ("abc",)),
        ("/resets/abc/more", ("abc",)),
        ("/base/resets/a%20c", ("a%20c",)),
        ("/reset/abc", ("abc",)),
        ("/resets//abc", ("abc",)),
        ("/resets%2Fabc", ("abc",)),
        ("/Resets/abc", ("abc",)),
        ("/other/abc", ()),
        ("/plain", ()),
    ],
)
def test_a_path_of_no_operation_has_the_secrets_of_a_similar_one(path, values):
    assert SecretMarks(contract_of(DOCUMENT)).values_in_path(path) == values
