"""The reference pages, one module each, as Markdown."""
