"""`mockserver import`: converts Markdown pages into an OpenAPI document."""

from pathlib import Path

import click

from mockserver.cli.failing import fail_if_unreadable, write_file
from mockserver.cli.options import settings_command

PAGE = click.Argument(["page"], nargs=-1, required=True, type=click.Path(path_type=Path))


@settings_command("import", [PAGE])
def command(page: tuple[Path, ...], output: Path | None) -> None:
    """Convert Markdown pages into one OpenAPI document.

    Each PAGE describes one operation, as API vendors publish it.
    """
    from mockserver.contract.document.merge import merge
    from mockserver.contract.markdown.page import read_page
    from mockserver.data.source import read_text
    from mockserver.data.yaml_writer import to_yaml

    with fail_if_unreadable():
        text = to_yaml(merge([read_page(read_text(path), path) for path in page]))
    if output is None:
        click.echo(text, nl=False)
    else:
        write_file(output, text)
