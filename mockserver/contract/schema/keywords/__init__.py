"""The keywords of a schema as functions of jsonschema's form, with sentences of our own."""
