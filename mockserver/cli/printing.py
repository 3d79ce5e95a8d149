"""Prints text for people, so that a document cannot control their terminal."""

import click

from mockserver.data.quoting import printable_lines


def print_text(text: str, *, err: bool = False) -> None:
    """Print lines on stdout or stderr, with control characters escaped."""
    click.echo(printable_lines(text), err=err)
