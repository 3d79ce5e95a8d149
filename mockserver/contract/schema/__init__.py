"""JSON Schema 2020-12 (as OpenAPI 3.1 uses it): schemas found, compiled and applied to values."""
