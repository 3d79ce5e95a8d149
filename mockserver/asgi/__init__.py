"""ASGI in and out: reading requests, sending answers, breaking them on purpose."""
