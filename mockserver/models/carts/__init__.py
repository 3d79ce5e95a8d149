"""The cart model: immutable values and pure functions, without HTTP and OpenAPI."""
