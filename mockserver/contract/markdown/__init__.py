"""Vendors' Markdown pages, read as OpenAPI documents."""
