"""Plain data: JSON values, YAML and JSON files with line numbers, strict decoding, typed reading."""
