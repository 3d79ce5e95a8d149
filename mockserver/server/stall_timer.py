"""How long a client may keep its connection waiting."""


class StallTimer:
    """Ends when a connection waits for the same thing too long, and sends nothing meanwhile."""

    def __init__(self) -> None:
        self._awaited: object = None
        self._unsent = 0
        self._since = 0.0

    def is_over(self, awaited: object, seconds: float, unsent: int, now: float) -> bool:
        """Whether what is awaited (None: nothing of the client) has been for so many seconds.

        `unsent` are the bytes that the client has not taken yet, `now` is by the event loop's clock.
        """
        if awaited is not self._awaited or unsent != self._unsent:
            self._awaited, self._unsent, self._since = awaited, unsent, now
            return False
        return awaited is not None and now - self._since >= seconds
