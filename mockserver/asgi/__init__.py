"""ASGI in and out: reads requests, sends answers, and sends broken ones on purpose."""
