"""`mockserver serve`: a server until a signal ends it."""

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.failing import fail, readable
from mockserver.cli.options import PORT, files, option, prefix, strict

if TYPE_CHECKING:
    from mockserver.cli.log import Format
    from mockserver.settings import Settings

_BYTES = click.IntRange(1)
_SECONDS = click.FloatRange(0, min_open=True)


@click.command("serve")
@files
@strict
@option("-p", "--port", type=PORT, default=4010, show_default=True, help="0: a free one.")
@option("-h", "--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@option("--scenario", help="A scenario for each new session.")
@option("--dynamic", is_flag=True, help="Answer what no model handles with generated bodies.")
@option(
    "--stateful", is_flag=True, help="Keep plain resources: POST creates, GET, PUT, PATCH, DELETE follow."
)
@option("--no-formats", is_flag=True, help="Take `format` for a remark, not for a rule.")
@option("--seed", type=int, default=0, show_default=True, help="The seed of generated bodies.")
@option("--no-cors", is_flag=True, help="No CORS headers, no preflight answers.")
@option("--no-auth", is_flag=True, help="Ask for no token; everybody is the default company.")
@option("--strict-sessions", is_flag=True, help="Refuse requests without a session key.")
@option("--max-sessions", type=click.IntRange(2), default=10_000, show_default=True, help="Open at once.")
@option("--session-ttl", type=_SECONDS, help="Seconds until an idle session goes.")
@option(
    "--journal-size", type=click.IntRange(0), default=1_000, show_default=True, help="Exchanges of a session."
)
@option("--control-prefix", default="/__mock", show_default=True, callback=prefix, help="Of the control API.")
@option("--control-token", help="What control calls need beyond loopback; none: one is made and shown.")
@option("--allow-host", multiple=True, help="A further Host name of this server, for control calls.")
@option("--allow-origin", multiple=True, help="An origin whose pages may make control calls.")
@option("--watch", is_flag=True, help="Serve files anew when they change.")
@option("--body-limit", type=_BYTES, default=1024 * 1024, show_default=True, help="Bytes of a body.")
@option("--header-limit", type=_BYTES, default=64 * 1024, show_default=True, help="Bytes of all headers.")
@option("--url-limit", type=_BYTES, default=16 * 1024, show_default=True, help="Bytes of a URL.")
@option("--max-connections", type=click.IntRange(1), default=1_000, show_default=True, help="Open at once.")
@option("--request-timeout", type=_SECONDS, default=30, show_default=True, help="Seconds to send a request.")
@option(
    "--keep-alive", type=_SECONDS, default=5, show_default=True, help="Seconds until an idle connection goes."
)
@option("--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(spec: tuple[Path, ...], log_format: "Format", port: int, watch: bool, **flags: Any) -> None:
    """Serve the contract: SPEC is OpenAPI (YAML or JSON) or Markdown pages; none: the bundled carts."""
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

    with no_collections(), readable():
        import asyncio

        from mockserver.app import create_app
        from mockserver.cli.banner import banner
        from mockserver.cli.log import TerminalLog
        from mockserver.cli.output import Output
        from mockserver.server import server
        from mockserver.server.watch import Sources, Watch

        # the streams as they are: what a server could not write is no failure of it
        out, errors, sources = Output(sys.__stdout__), Output(sys.__stderr__), Sources()
        log = TerminalLog(log_format, sys.__stdout__, sys.__stderr__)
        app = create_app(settings, log=log, before_read=sources.add)
        if not watch:  # else the contract becomes garbage when another takes its place
            gc.freeze()
    try:
        listener = server.bind(settings.host, port)
    except server.CannotListen as error:
        fail(str(error))

    def ready() -> None:
        if log_format == "text":
            out.line(banner(app.runtime.backend))
        if app.made_token is not None:
            out.line(f"control calls want the header X-Mock-Token: {app.made_token}")
        out.line(f"mockserver is listening on {server.url_of(listener)}")
        if watch:
            Watch(app.runtime, sources, log, asyncio.get_running_loop()).start()

    server.Server(app, ready).run(sockets=[listener])
    out.leave()
    errors.leave()
