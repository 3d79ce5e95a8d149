"""The cart domain: frozen values and pure functions; it knows nothing of HTTP or OpenAPI."""
