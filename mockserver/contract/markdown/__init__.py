"""Converts Markdown pages of API vendors into OpenAPI documents."""
