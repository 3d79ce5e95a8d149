"""An OpenAPI document as data: its structure, dialect, references, and several documents as one."""
