"""`mockserver serve`: serves a contract until a signal stops it."""

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.failing import fail, fail_if_unreadable
from mockserver.cli.options import PORT, file_options, option, strict_option, validate_prefix

if TYPE_CHECKING:
    from mockserver.cli.log import Format
    from mockserver.settings import Settings

_BYTES = click.IntRange(1)
_SECONDS = click.FloatRange(0, min_open=True)


@click.command("serve")
@file_options
@strict_option
@option(
    "-p", "--port", type=PORT, default=4010, show_default=True, help="Port to listen on; 0 picks a free one."
)
@option("-h", "--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@option("--scenario", help="Scenario that each new session starts with.")
@option("--dynamic", is_flag=True, help="Generate response bodies instead of using the contract's examples.")
@option(
    "--stateful",
    is_flag=True,
    help="Keep resources in memory: POST creates them; GET, PUT, PATCH and DELETE read and change them.",
)
@option("--no-formats", is_flag=True, help="Treat `format` as an annotation instead of validating it.")
@option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Seed of generated bodies and of random delays and faults.",
)
@option("--no-cors", is_flag=True, help="Send no CORS headers and answer no preflight requests.")
@option("--no-auth", is_flag=True, help="Require no credentials; every client acts for the default company.")
@option("--strict-sessions", is_flag=True, help="Reject requests without a session key.")
@option(
    "--max-sessions",
    type=click.IntRange(2),
    default=10_000,
    show_default=True,
    help="Maximum number of open sessions.",
)
@option("--session-ttl", type=_SECONDS, help="Seconds after which an idle session is dropped.")
@option(
    "--journal-size",
    type=click.IntRange(0),
    default=1_000,
    show_default=True,
    help="Maximum number of exchanges that the journal keeps per session.",
)
@option(
    "--control-prefix",
    default="/__mock",
    show_default=True,
    callback=validate_prefix,
    help="Path prefix of the control API.",
)
@option(
    "--control-token",
    help="Token that control calls must send if the server listens beyond loopback"
    " (default: one is generated and printed).",
)
@option("--allow-host", multiple=True, help="Additional Host name for control calls (repeatable).")
@option("--allow-origin", multiple=True, help="Origin whose web pages may make control calls (repeatable).")
@option("--watch", is_flag=True, help="Reload the contract, fixtures and scenarios when their files change.")
@option(
    "--body-limit",
    type=_BYTES,
    default=1024 * 1024,
    show_default=True,
    help="Maximum size of a request body in bytes.",
)
@option(
    "--header-limit",
    type=_BYTES,
    default=64 * 1024,
    show_default=True,
    help="Maximum size of all headers of a request in bytes.",
)
@option(
    "--url-limit", type=_BYTES, default=16 * 1024, show_default=True, help="Maximum length of a URL in bytes."
)
@option(
    "--max-connections",
    type=click.IntRange(1),
    default=1_000,
    show_default=True,
    help="Maximum number of open connections.",
)
@option(
    "--request-timeout",
    type=_SECONDS,
    default=30,
    show_default=True,
    help="Seconds within which a request must arrive completely.",
)
@option(
    "--keep-alive",
    type=_SECONDS,
    default=5,
    show_default=True,
    help="Seconds after which an idle connection is closed.",
)
@option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the log lines.",
)
def command(spec: tuple[Path, ...], log_format: "Format", port: int, watch: bool, **flags: Any) -> None:
    """Serve a contract until a signal stops the server.

    SPEC is an OpenAPI document (YAML or JSON) or a Markdown page. Without SPEC, the bundled cart contract is
    served.
    """
    from mockserver.settings import Settings

    settings = Settings(
        specs=spec,
        cors=not flags.pop("no_cors"),
        auth=not flags.pop("no_auth"),
        formats=not flags.pop("no_formats"),
        allow_hosts=flags.pop("allow_host"),
        allow_origins=flags.pop("allow_origin"),
        **flags,
    )
    _serve(settings, port, log_format, watch)


def _serve(settings: "Settings", port: int, log_format: "Format", watch: bool) -> None:
    from mockserver.server.garbage import no_collections

    with no_collections(), fail_if_unreadable():
        import asyncio

        from mockserver.app import create_app
        from mockserver.cli.banner import banner
        from mockserver.cli.log import TerminalLog
        from mockserver.cli.output import Output
        from mockserver.server import server
        from mockserver.server.watch import Watch, WatchedPaths

        # the original streams, not the lossy ones: a server does not fail if its output is lost
        out, errors, sources = Output(sys.__stdout__), Output(sys.__stderr__), WatchedPaths()
        log = TerminalLog(log_format, sys.__stdout__, sys.__stderr__)
        app = create_app(settings, log=log, before_read=sources.add)
        if not watch:  # with --watch, a reload replaces the contract, which must then be collected
            gc.freeze()
    try:
        listener = server.bind(settings.host, port)
    except server.CannotListen as error:
        fail(str(error))

    def ready() -> None:
        if log_format == "text":
            out.write_line(banner(app.runtime.backend))
        if app.generated_token is not None:
            out.write_line(f"Control calls must send the header X-Mock-Token: {app.generated_token}")
        out.write_line(f"mockserver is listening on {server.url_of(listener)}")
        if watch:
            Watch(app.runtime, sources, log, asyncio.get_running_loop()).start()

    server.Server(app, ready).run(sockets=[listener])
    out.flush_at_exit()
    errors.flush_at_exit()
