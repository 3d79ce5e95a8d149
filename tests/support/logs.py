"""The terminal's logs, in memory."""

import io

from mockserver.cli.log import TerminalLog
from mockserver.engine.exchange import Exchange
from mockserver.runtime import Log


class BothLogs(Log):
    """What a server logs, as text and as JSON."""

    def __init__(self) -> None:
        self.texts = (io.StringIO(), io.StringIO())
        self._logs = (TerminalLog("text", self.texts[0]), TerminalLog("json", self.texts[1]))

    def exchange(self, exchange: Exchange) -> None:
        for log in self._logs:
            log.exchange(exchange)
