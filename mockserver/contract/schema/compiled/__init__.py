"""Schemas compiled for jsonschema-rs, which accepts most values at once."""
