"""JSON Schema: what a schema allows, and sentences about what it forbids."""
