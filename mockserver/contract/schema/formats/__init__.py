"""What the keyword `format` asserts, by name."""
