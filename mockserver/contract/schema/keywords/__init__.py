"""The keywords of JSON Schema as functions for jsonschema, with our own messages."""
