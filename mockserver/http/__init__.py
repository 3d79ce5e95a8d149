"""HTTP as values: messages, media types, problems, CORS, redaction; no ASGI and no sockets."""
