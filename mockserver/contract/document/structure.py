"""The structure of OpenAPI documents: which members of each kind of object are objects of which kind.

The table covers OpenAPI 3.0, 3.1 and 3.2.
"""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")  # `query` since 3.2

# The value of a member is "Kind" for an object, "[Kind]" for an array and "{Kind}" for a map of objects.
# "*" stands for all other keys that are not x-* extensions.
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

# The section of `components` for each kind of object.
SECTIONS = {kind[1:-1]: section for section, kind in KINDS["Components"].items()}


def member_kind(kind: str, key: str) -> str | None:
    """The kind of the member `key` of an object; None if it contains no objects of a known kind.

    If `kind` is an array or a map, `key` is an index or any name.
    """
    if kind[0] in "[{":
        return kind[1:-1]
    kinds = KINDS[kind]
    return kinds.get(key) or (kinds.get("*") if not key.startswith("x-") else None)
