"""The formats of strings and numbers that the keyword `format` asserts."""
