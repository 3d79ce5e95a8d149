"""Instants as strings (RFC 3339)."""

from datetime import UTC, datetime


def timestamp(seconds: float) -> str:
    """An instant, in seconds since the epoch, in UTC with milliseconds: `2026-01-05T08:00:00.250Z`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
