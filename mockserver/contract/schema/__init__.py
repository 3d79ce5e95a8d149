"""JSON Schema: validates values, and inspects the schemas of a document."""
