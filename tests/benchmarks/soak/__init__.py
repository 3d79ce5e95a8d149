"""The soak: a server under mixed traffic for minutes, while invariants are checked at every answer."""
