"""Limits on the JSON and YAML that is read."""

MAX_BODY_DEPTH = 128  # levels of arrays and objects in a body
MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_FILE_DEPTH = 200  # levels of arrays and objects in a file
MAX_FILE_VALUES = 1_000_000  # in a file; a megabyte of OpenAPI has about 30,000
MAX_FILE_DIGITS = 1_000  # of an integer in a JSON file
DOUBLE_DIGITS = 308  # an integer of at most 308 characters always fits a double
MAX_FORM_FIELDS = 5_000
MAX_XML_NODES = 40_000  # elements and attributes of a body
