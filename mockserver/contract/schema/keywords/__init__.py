"""The keywords of JSON Schema as functions for the evaluator, with our own messages."""
