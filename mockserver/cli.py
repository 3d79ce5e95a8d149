"""The command line: serve (the default), check, scenarios, coverage, mutate, import."""

import gc
import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from mockserver import __version__
from mockserver.garbage import no_collections
from mockserver.nearest import nearest
from mockserver.settings import Settings

if TYPE_CHECKING:
    from mockserver.source import Finding

FINDINGS, UNREADABLE = 1, 2  # exit codes
_BYTES = click.IntRange(1)
_SECONDS = click.FloatRange(0, min_open=True)
Command = TypeVar("Command", bound=Callable[..., None])


class _ServeByDefault(click.Group):
    """`mockserver SPEC --port 0` means `mockserver serve SPEC --port 0`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "--version")):
            self._refuse_typo(args[:1])
            args = ["serve", *args]
        return super().parse_args(ctx, args)

    def _refuse_typo(self, word: list[str]) -> None:
        """`mockserver chek` is no SPEC of that name, where there is none."""
        near = nearest(word[0], self.commands) if word and word[0].isalpha() else None
        if near is not None and not Path(word[0]).exists():
            _fail(f"there is no file and no command {word[0]!r}; did you mean {near!r}?")


@click.group(cls=_ServeByDefault)
@click.version_option(__version__, prog_name="mockserver")
def main() -> None:
    """A fake backend for contract testing. Without a command, and with SPECs alone, it serves."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows less than UTF-8


def _files(command: Command) -> Command:
    """The arguments that say which files a command reads."""
    for decorate in (
        _option("--scenarios", type=click.Path(path_type=Path), help="Folder of scenario files."),
        _option("--fixtures", type=click.Path(path_type=Path), help="Folder of world, requests, responses."),
        click.argument("spec", nargs=-1, type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


def _strict(command: Command) -> Command:
    return _option("--strict", is_flag=True, help="Refuse a contract with faults.")(command)


def _option(*names: str, **attributes: object) -> Callable[[Command], Command]:
    """An option whose environment variable is MOCKSERVER_ and its long name."""
    long = next(name for name in names if name.startswith("--"))
    variable = "MOCKSERVER_" + long.lstrip("-").upper().replace("-", "_")
    return click.option(*names, envvar=variable, show_envvar=True, **attributes)  # type: ignore[arg-type]


def _prefix(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if not value.startswith("/") or value.endswith("/") or "{" in value:
        raise click.BadParameter(f"expected a path such as /__mock, found {value!r}")
    return value


def _fail(message: str) -> NoReturn:
    click.echo(f"mockserver: {message}", err=True)
    sys.exit(UNREADABLE)


@contextmanager
def _readable() -> Iterator[None]:
    """Files that cannot be read, or that contradict each other, end the command with a line for each."""
    from mockserver.choice import UnknownChoice
    from mockserver.source import CannotRead, Faulty

    try:
        yield
    except (CannotRead, Faulty) as error:
        _fail("\nmockserver: ".join(map(str, error.findings)))
    except UnknownChoice as error:
        _fail(str(error))


@main.command()
@_files
@_strict
@_option(
    "-p", "--port", type=click.IntRange(0, 65535), default=4010, show_default=True, help="0: a free one."
)
@_option("-h", "--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@_option("--scenario", help="A scenario for each new session.")
@_option("--dynamic", is_flag=True, help="Answer what no model handles with generated bodies.")
@_option(
    "--stateful", is_flag=True, help="Keep plain resources: POST creates, GET, PUT, PATCH, DELETE follow."
)
@_option("--no-formats", is_flag=True, help="Take `format` for a remark, not for a rule.")
@_option("--seed", type=int, default=0, show_default=True, help="The seed of generated bodies.")
@_option("--no-cors", is_flag=True, help="No CORS headers, no preflight answers.")
@_option("--no-auth", is_flag=True, help="Ask for no token; everybody is the default company.")
@_option("--strict-sessions", is_flag=True, help="Refuse requests without a session key.")
@_option("--max-sessions", type=click.IntRange(2), default=10_000, show_default=True, help="Open at once.")
@_option("--session-ttl", type=_SECONDS, help="Seconds until an idle session goes.")
@_option(
    "--journal-size", type=click.IntRange(0), default=1_000, show_default=True, help="Exchanges of a session."
)
@_option(
    "--control-prefix", default="/__mock", show_default=True, callback=_prefix, help="Of the control API."
)
@_option("--control-token", help="What control calls need beyond loopback; none: one is made and shown.")
@_option("--allow-host", multiple=True, help="A further Host name of this server, for control calls.")
@_option("--allow-origin", multiple=True, help="An origin whose pages may make control calls.")
@_option("--watch", is_flag=True, help="Serve files anew when they change.")
@_option("--body-limit", type=_BYTES, default=1024 * 1024, show_default=True, help="Bytes of a body.")
@_option("--header-limit", type=_BYTES, default=64 * 1024, show_default=True, help="Bytes of all headers.")
@_option("--url-limit", type=_BYTES, default=16 * 1024, show_default=True, help="Bytes of a URL.")
@_option("--max-connections", type=click.IntRange(1), default=1_000, show_default=True, help="Open at once.")
@_option("--request-timeout", type=_SECONDS, default=30, show_default=True, help="Seconds to send a request.")
@_option(
    "--keep-alive", type=_SECONDS, default=5, show_default=True, help="Seconds until an idle connection goes."
)
@_option("--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def serve(spec: tuple[Path, ...], log_format: str, port: int, watch: bool, **flags: Any) -> None:
    """Serve the contract: SPEC is OpenAPI (YAML or JSON) or Markdown pages; none: the bundled carts."""
    settings = Settings(
        specs=spec,
        cors=not flags.pop("no_cors"),
        auth=not flags.pop("no_auth"),
        formats=not flags.pop("no_formats"),
        allow_hosts=flags.pop("allow_host"),
        allow_origins=flags.pop("allow_origin"),
        **flags,
    )
    with no_collections(), _readable():
        import asyncio

        from mockserver import server
        from mockserver.app import create_app
        from mockserver.banner import banner
        from mockserver.log import TerminalLog
        from mockserver.output import Output, hold_standard_streams
        from mockserver.watch import Sources, Watch

        hold_standard_streams()
        out, errors, sources = Output(sys.stdout), Output(sys.stderr), Sources()
        log = TerminalLog("json" if log_format == "json" else "text", sys.stdout, sys.stderr)
        app = create_app(settings, log=log, before_read=sources.add)
        if not watch:  # else the contract becomes garbage when another takes its place
            gc.freeze()
    try:
        listener = server.bind(settings.host, port)
    except server.CannotListen as error:
        _fail(str(error))

    def ready() -> None:
        if log_format == "text":
            out.line(banner(app.server.backend))
        if app.made_token is not None:
            out.line(f"control calls want the header X-Mock-Token: {app.made_token}")
        out.line(f"mockserver is listening on {server.url_of(listener)}")
        if watch:
            Watch(app.server, sources, log, asyncio.get_running_loop()).start()

    server.Server(app, ready).run(sockets=[listener])
    out.leave()
    errors.leave()


@main.command()
@_files
@_strict
def check(spec: tuple[Path, ...], fixtures: Path | None, scenarios: Path | None, strict: bool) -> None:
    """Hold contract, fixtures and scenarios against each other. Exit: 0 clean, 1 findings, 2 cannot read."""
    from mockserver.backend import load_backend
    from mockserver.check import check as find
    from mockserver.source import Faulty

    settings = Settings(specs=spec, fixtures=fixtures, scenarios=scenarios, strict=strict)
    with _readable():
        try:
            backend = load_backend(settings)
        except Faulty as faulty:
            _list(faulty.findings)
    for notice in backend.contract.notices:
        click.echo(f"note: {notice}", err=True)
    findings = tuple(find(backend))
    if findings:
        _list(findings)
    counted = (
        (len(backend.contract.operations), "operation"),
        (len(backend.scenarios), "scenario"),
        (len(backend.samples), "sample request"),
    )
    click.echo(
        ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counted) + ": no findings"
    )


def _list(findings: "tuple[Finding, ...]") -> NoReturn:
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{len(findings)} finding{'s' if len(findings) > 1 else ''}", err=True)
    sys.exit(FINDINGS)


@main.command("scenarios")
@_files
@_option("-p", "--port", type=click.IntRange(0, 65535), default=4010, show_default=True)
@_option("-h", "--host", default="127.0.0.1", show_default=True)
def list_scenarios(
    spec: tuple[Path, ...], fixtures: Path | None, scenarios: Path | None, port: int, host: str
) -> None:
    """Every scenario: what it answers, and the curl line that shows it."""
    from mockserver.backend import load_backend
    from mockserver.check import outcomes, sample_of
    from mockserver.scenarios import Respond

    with _readable():
        backend = load_backend(Settings(specs=spec, fixtures=fixtures, scenarios=scenarios))
    base_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    for scenario in backend.scenarios.values():
        answers = ", then ".join(map(str, outcomes(backend, scenario)))
        fault = scenario.act.disturbance.fault if isinstance(scenario.act, Respond) else None
        sample = sample_of(backend, scenario)
        click.echo(f"{scenario.name}: {scenario.summary}")
        click.echo(f"  answers {answers}" + (f" ({fault})" if fault is not None else ""))
        click.echo(f"  {sample.curl(scenario.operation, base_url, {'X-Mock-Scenario': scenario.name})}\n")


@main.command()
@_option("--url", default="http://127.0.0.1:4010", show_default=True, help="Of a running server.")
@_option("--session", help="Of this session alone; none: of all.")
@_option("--token", help="The control token, where the server listens beyond loopback.")
@_option("--control-prefix", default="/__mock", show_default=True, callback=_prefix)
@_option("--fail-under", type=click.FloatRange(0, 100), help="Exit 1 where less (in per cent) was seen.")
def coverage(
    url: str, session: str | None, token: str | None, control_prefix: str, fail_under: float | None
) -> None:
    """How much of the contract a running server has seen, as a table."""
    from mockserver.coverage_table import CannotAsk, ask, table

    try:
        report = ask(url.rstrip("/") + control_prefix, session, token)
    except CannotAsk as error:
        _fail(str(error))
    click.echo(table(report))
    percent = report["totals"]["all"]["percent"]
    if fail_under is not None and percent < fail_under:
        click.echo(f"mockserver: {percent} % of the contract was seen, less than {fail_under:g} %", err=True)
        sys.exit(FINDINGS)


class _WithSuite(click.Command):
    """What stands behind `--` is the command of a suite, and not ours to read."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        ctx.meta["suite"] = args[end + 1 :]
        return super().parse_args(ctx, args[:end])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "-- COMMAND..."]


@main.command(cls=_WithSuite)
@_files
@_option("-p", "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0: a free one.")
@_option("--operation", multiple=True, help="Change the answers of this operation alone.")
@_option("--kind", multiple=True, help="Make this kind of change alone, such as null or missing.")
@_option("--json", "report", type=click.Path(path_type=Path), help="Write the results to this file, too.")
@_option("--fail-under", type=click.FloatRange(0, 100), help="Exit 1 where less (in per cent) was noticed.")
def mutate(
    spec: tuple[Path, ...], fixtures: Path | None, scenarios: Path | None, port: int,
    operation: tuple[str, ...], kind: tuple[str, ...], report: Path | None, fail_under: float | None,
) -> None:  # fmt: skip
    """Which changes of the answers does a suite notice? One run for each: mockserver mutate -- pytest -x

    The server's address is MOCKSERVER_URL in the suite's environment; the pytest plugin goes there by itself.
    """
    from mockserver.contract.operation import UnknownOperation
    from mockserver.server import CannotListen
    from mockserver.testing import mutate as mutating

    suite: list[str] = click.get_current_context().meta["suite"]
    if not suite:
        raise click.UsageError("what runs the suite comes behind --, as in: mockserver mutate -- pytest -x")
    settings = Settings(specs=spec, fixtures=fixtures, scenarios=scenarios)
    results: list[mutating.Result] = []
    with _readable():
        try:
            for result in mutating.run(settings, port, suite, operation, kind):
                click.echo(str(result))
                results.append(result)
        except (mutating.CannotTell, UnknownOperation, CannotListen) as error:
            _fail(str(error))
    click.echo(mutating.summary(results))
    if report is not None:
        _write(report, json.dumps(mutating.as_json(results), indent=2) + "\n")
    if fail_under is not None and mutating.score(results) < fail_under:
        click.echo(f"mockserver: the score is less than {fail_under:g} %", err=True)
        sys.exit(FINDINGS)


@main.command("import")
@click.argument("page", nargs=-1, required=True, type=click.Path(path_type=Path))
@_option("-o", "--output", type=click.Path(path_type=Path), help="The file to write; none: the terminal.")
def import_pages(page: tuple[Path, ...], output: Path | None) -> None:
    """Write one OpenAPI document from Markdown pages."""
    from mockserver.contract.markdown import read_page
    from mockserver.contract.merge import merge, to_yaml
    from mockserver.source import read_text

    with _readable():
        text = to_yaml(merge([read_page(read_text(path), path) for path in page]))
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        _fail(f"{path}: cannot be written: {error.strerror}")
