"""Which operation a path belongs to."""
