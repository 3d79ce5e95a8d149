"""Plain data: JSON, pointers, YAML and JSON files that know their lines, strict decoding, typed reading."""
