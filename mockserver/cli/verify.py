"""`mockserver verify`: compares a provider with the mock by sequences of requests and events."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from mockserver.cli.failing import FINDINGS, fail, fail_if_unreadable
from mockserver.cli.options import settings_command
from mockserver.cli.printing import print_text

if TYPE_CHECKING:
    from mockserver.settings import Settings
    from mockserver.upstream.verify.provider_side import ProviderSide
    from mockserver.upstream.verify.verifier import Verifier

INTERRUPTED = 130  # exit status, as of a shell's command that Ctrl-C ended


@settings_command("verify")
def command(
    settings: "Settings",
    provider: str | None,
    setup_url: str | None,
    seconds: float,
    only: tuple[str, ...],
    ignore: tuple[str, ...],
    rate: float | None,
    allow_remote: bool,
    format: str,
) -> None:
    """Compare a real backend, the provider, with the mock.

    Sequences of requests and events go to both. Each kind of difference is shown by the shortest sequence
    that was found. The exit status is 0 if there is no difference, 1 if there are any, and 2 if the provider
    or the contract cannot be used.
    """
    if provider is None:
        raise click.UsageError("Missing option '--provider': the URL of the real backend.")
    _check_installed()
    from mockserver.upstream.verify.provider_side import ProviderSide, is_loopback
    from mockserver.upstream.verify.reports import Report

    for url in (provider, setup_url):
        if url is not None and not allow_remote and not is_loopback(url):
            fail(f"{url} is not on this machine; pass --allow-remote if verify may change its data")
    with _failing(), closing(ProviderSide(provider, setup_url, rate, settings.upstream_ca)) as side:
        verifier = _verifier(settings, side, only, ignore)
        is_complete = _run(verifier, seconds)
    report = Report(verifier.result, provider, setup_url)
    if format == "text":
        print_text(report.text())
    else:
        click.echo(report.json() if format == "json" else report.junit())
    if not is_complete:
        print_text("mockserver: interrupted before the time was over", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(FINDINGS if verifier.result.discoveries else 0)


def _check_installed() -> None:
    """Fail if a package is missing that verify needs."""
    try:
        import httpx  # noqa: F401

        import mockserver.strategies  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name not in ("httpx", "hypothesis", "hypothesis_jsonschema"):
            raise
        fail(f"verify needs {error.name}; pip install 'mockserver[hypothesis,proxy]'")


def _verifier(
    settings: "Settings", side: "ProviderSide", only: tuple[str, ...], ignored: tuple[str, ...]
) -> "Verifier":
    """The verifier for these settings; raises CannotVerify, OperationNameError."""
    from mockserver import strategies
    from mockserver.loading import load_backend
    from mockserver.upstream.verify.verifier import verifier_for

    with fail_if_unreadable():
        backend = load_backend(settings)
    drawn = strategies.of(backend.contract, backend.scenarios.values(), backend.samples)
    return verifier_for(backend, settings, drawn, side, only, ignored)


def _run(verifier: "Verifier", seconds: float) -> bool:
    """Run to the end, with progress on stderr; false if Ctrl-C ended it."""
    from mockserver.cli.progress import Progress

    progress = Progress(sys.stderr)
    try:
        for result in verifier.run(seconds):
            progress.show(
                f"{result.seconds:.0f} of {seconds:g} s: {result.sequences:,} sequences,"
                f" {result.requests:,} requests, {result.coverage.reached} different answers,"
                f" {len(result.discoveries)} differences"
            )
    except KeyboardInterrupt:
        return False
    finally:
        progress.end()
    return True


@contextmanager
def _failing() -> Iterator[None]:
    """Fail in a sentence if the provider or an operation cannot be used."""
    from mockserver.contract.operation_names import OperationNameError
    from mockserver.upstream.verify.provider_side import CannotVerify

    try:
        yield
    except CannotVerify as error:
        fail(str(error))
    except OperationNameError as error:
        fail(f"--only: {error}")
    except OSError as error:
        fail(f"--upstream-ca: {error.strerror or error}")
