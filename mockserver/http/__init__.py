"""HTTP as values: heads, requests, answers, media types, problems, CORS, redaction; no ASGI, no sockets."""
