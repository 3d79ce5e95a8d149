"""The real backend behind the mock: requests that are passed on to it, and what it answers."""
