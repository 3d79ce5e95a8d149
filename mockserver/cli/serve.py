"""`mockserver serve`: serves a contract until a signal stops it."""

import gc
import sys
from typing import TYPE_CHECKING

from mockserver.cli.failing import fail, fail_if_unreadable
from mockserver.cli.https import https_of, trust_lines
from mockserver.cli.options import settings_command

if TYPE_CHECKING:
    from mockserver.app import MockServer
    from mockserver.cli.log import Format
    from mockserver.server.tls import Https
    from mockserver.settings import Settings


@settings_command("serve")
def command(
    settings: "Settings", port: int, control_port: int | None, log_format: "Format", watch: bool
) -> None:
    """Serve a contract until a signal stops the server.

    SPEC is an OpenAPI document (YAML or JSON) or a Markdown page. Without SPEC, the bundled cart contract is
    served.
    """
    with https_of(settings) as https:
        _serve(settings, (port, control_port), log_format, watch, https)


def _serve(
    settings: "Settings",
    ports: tuple[int, int | None],
    log_format: "Format",
    watch: bool,
    https: "Https | None",
) -> None:
    from mockserver.server.garbage import GarbageSchedule, no_collections

    with no_collections(), fail_if_unreadable():
        import asyncio

        from mockserver.app import create_app
        from mockserver.cli.banner import banner, dashboard_lines
        from mockserver.cli.closing import Closing
        from mockserver.cli.diverted_streams import diverted_streams
        from mockserver.cli.log import TerminalLog
        from mockserver.data.quoting import printable
        from mockserver.server import server
        from mockserver.server.watch import Watch, WatchedPaths

        # the original streams, not the lossy ones: a server does not fail if its output is lost
        log, sources = TerminalLog(log_format, sys.__stdout__, sys.__stderr__), WatchedPaths()
        app = create_app(settings, log=log, before_read=sources.add)
        if not watch:  # with --watch, a reload replaces the contract, which must then be collected
            gc.freeze()
    try:
        listener, control = server.bind_both(settings.host, *ports)
    except server.CannotListen as error:
        fail(str(error))

    def ready() -> None:
        is_for_people = log_format == "text"
        if is_for_people:
            log.out.write_line(banner(app.runtime.backend))
        url = server.url_of(listener, settings.scheme)
        control_url = server.url_of(control, settings.scheme) if control is not None else None
        lines = _address_lines(app, https, url, control_url)
        if is_for_people:
            lines += dashboard_lines(app, control_url or url)
        for line in [*lines, f"mockserver is listening on {url}"]:
            log.out.write_line(printable(line))
        if watch:
            Watch(app.runtime, sources, log, asyncio.get_running_loop()).start()

    context = https.context if https is not None else None
    garbage, closing = GarbageSchedule(), Closing(log, app.runtime.journal.violations)
    with diverted_streams(log_format, log.out, log.errors), garbage.replacing_pythons():
        server.Server(
            app, ready, context=context, control=control, tick=garbage.tick, end=closing.end_process
        ).run(sockets=[listener])
    closing.write()


def _address_lines(app: "MockServer", https: "Https | None", url: str, control_url: str | None) -> list[str]:
    """The lines that say how clients reach the server, and the token that control calls must send."""
    lines = []
    if app.generated_token is not None:
        lines.append(f"Control calls must send the header X-Mock-Token: {app.generated_token}")
    if control_url is not None:
        lines.append(f"control API: {control_url}{app.runtime.settings.control_prefix}")
    if https is not None and https.ca is not None:
        lines += trust_lines(https.ca, url)
    return lines
