"""OpenAPI documents as JSON: structure, dialect, references, bundling and merging."""
