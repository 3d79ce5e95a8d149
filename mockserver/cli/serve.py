"""`mockserver serve`: serves a contract until a signal stops it."""

import gc
import sys
from typing import TYPE_CHECKING

from mockserver.cli.failing import fail, fail_if_unreadable
from mockserver.cli.https import https_of, trust_lines
from mockserver.cli.options import settings_command

if TYPE_CHECKING:
    from mockserver.cli.log import Format
    from mockserver.server.tls import Https
    from mockserver.settings import Settings

LAST_WRITES = 0.2  # seconds at the exit to write what is not written yet


@settings_command("serve")
def command(settings: "Settings", port: int, log_format: "Format", watch: bool) -> None:
    """Serve a contract until a signal stops the server.

    SPEC is an OpenAPI document (YAML or JSON) or a Markdown page. Without SPEC, the bundled cart contract is
    served.
    """
    with https_of(settings) as https:
        _serve(settings, port, log_format, watch, https)


def _serve(settings: "Settings", port: int, log_format: "Format", watch: bool, https: "Https | None") -> None:
    from mockserver.server.garbage import no_collections

    with no_collections(), fail_if_unreadable():
        import asyncio

        from mockserver.app import create_app
        from mockserver.cli import closing
        from mockserver.cli.banner import banner
        from mockserver.cli.diverted_streams import diverted_streams
        from mockserver.cli.log import TerminalLog
        from mockserver.server import server
        from mockserver.server.watch import Watch, WatchedPaths

        # the original streams, not the lossy ones: a server does not fail if its output is lost
        log, sources = TerminalLog(log_format, sys.__stdout__, sys.__stderr__), WatchedPaths()
        app = create_app(settings, log=log, before_read=sources.add)
        if not watch:  # with --watch, a reload replaces the contract, which must then be collected
            gc.freeze()
    try:
        listener = server.bind(settings.host, port)
    except server.CannotListen as error:
        fail(str(error))

    def ready() -> None:
        if log_format == "text":
            log.out.write_line(banner(app.runtime.backend))
        if app.generated_token is not None:
            log.out.write_line(f"Control calls must send the header X-Mock-Token: {app.generated_token}")
        url = server.url_of(listener, settings.scheme)
        if https is not None and https.ca is not None:
            log.out.write_line("\n".join(trust_lines(https.ca, url)))
        log.out.write_line(f"mockserver is listening on {url}")
        if watch:
            Watch(app.runtime, sources, log, asyncio.get_running_loop()).start()

    context = https.context if https is not None else None
    with diverted_streams(log_format, log.out, log.errors):
        server.Server(app, ready, context=context).run(sockets=[listener])
    closing_line = closing.as_text if log_format == "text" else closing.as_json
    log.out.write_line(closing_line(app.runtime.journal.violations))
    log.drain(LAST_WRITES)
