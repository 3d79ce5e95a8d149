"""Detects a client that keeps its connection waiting for too long."""


class StallTimer:
    """A timer that restarts when the connection waits for something else, or has sent something."""

    def __init__(self) -> None:
        self._awaited: object = None
        self._unsent = 0
        self._since = 0.0

    def is_over(self, awaited: object, seconds: float, unsent: int, now: float) -> bool:
        """Whether the connection has waited for an equal object `awaited` for at least `seconds`.

        None means that it waits for nothing from the client. `unsent` is the number of bytes that the client
        has not received yet; `now` is the event loop's time.
        """
        if awaited != self._awaited or unsent != self._unsent:
            self._awaited, self._unsent, self._since = awaited, unsent, now
            return False
        return awaited is not None and now - self._since >= seconds
