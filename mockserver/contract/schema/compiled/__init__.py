"""Schemas compiled with jsonschema-rs, which accepts most valid values at once."""
