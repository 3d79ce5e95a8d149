"""What each kind of object in an OpenAPI document holds: the table that walks go by (3.0, 3.1, 3.2)."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")  # query: since 3.2

# "Kind" is one object, "[Kind]" a list of them, "{Kind}" a map by free names.
# "*" is every other key of an object that takes free names beside its x-* extensions.
KINDS: dict[str, dict[str, str]] = {
    "OpenAPI": {"paths": "Paths", "webhooks": "{PathItem}", "components": "Components"},
    "Components": {
        "schemas": "{Schema}",
        "responses": "{Response}",
        "parameters": "{Parameter}",
        "examples": "{Example}",
        "requestBodies": "{RequestBody}",
        "headers": "{Header}",
        "securitySchemes": "{SecurityScheme}",
        "links": "{Link}",
        "callbacks": "{Callback}",
        "pathItems": "{PathItem}",
        "mediaTypes": "{MediaType}",
    },
    "Paths": {"*": "PathItem"},
    "Callback": {"*": "PathItem"},
    "PathItem": {
        **dict.fromkeys(METHODS, "Operation"),
        "parameters": "[Parameter]",
        "additionalOperations": "{Operation}",
    },
    "Operation": {
        "parameters": "[Parameter]",
        "requestBody": "RequestBody",
        "responses": "Responses",
        "callbacks": "{Callback}",
    },
    "Parameter": {"schema": "Schema", "content": "{MediaType}", "examples": "{Example}"},
    "Header": {"schema": "Schema", "content": "{MediaType}", "examples": "{Example}"},
    "RequestBody": {"content": "{MediaType}"},
    "Responses": {"*": "Response"},
    "Response": {"headers": "{Header}", "content": "{MediaType}", "links": "{Link}"},
    "MediaType": {
        "schema": "Schema",
        "itemSchema": "Schema",
        "examples": "{Example}",
        "encoding": "{Encoding}",
        "prefixEncoding": "[Encoding]",
        "itemEncoding": "Encoding",
    },
    "Encoding": {
        "headers": "{Header}",
        "encoding": "{Encoding}",
        "prefixEncoding": "[Encoding]",
        "itemEncoding": "Encoding",
    },
    "Example": {},
    "Link": {},
    "SecurityScheme": {},
    "Schema": {
        **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs"), "{Schema}"),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "[Schema]"),
        **dict.fromkeys(("items", "contains", "unevaluatedItems"), "Schema"),
        **dict.fromkeys(("additionalProperties", "unevaluatedProperties", "propertyNames"), "Schema"),
        **dict.fromkeys(("not", "if", "then", "else", "contentSchema"), "Schema"),
    },
}

SECTIONS = {kind[1:-1]: section for section, kind in KINDS["Components"].items()}  # where `$ref` may lead


def member_kind(kind: str, key: str) -> str | None:
    """What the member `key` of such an object is; None for what no walk looks into.

    `kind` may be a list or a map itself; then `key` is an index or a free name.
    """
    if kind[0] in "[{":
        return kind[1:-1]
    kinds = KINDS[kind]
    return kinds.get(key) or (kinds.get("*") if not key.startswith("x-") else None)
