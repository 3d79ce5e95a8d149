"""From a document to its operations."""
