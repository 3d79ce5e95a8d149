"""`mockserver import`: a document of pages."""

from pathlib import Path

import click

from mockserver.cli.failing import readable, write
from mockserver.cli.options import option


@click.command("import")
@click.argument("page", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("-o", "--output", type=click.Path(path_type=Path), help="The file to write; none: the terminal.")
def command(page: tuple[Path, ...], output: Path | None) -> None:
    """Write one OpenAPI document from Markdown pages."""
    from mockserver.contract.document.merge import merge, to_yaml
    from mockserver.contract.markdown.page import read_page
    from mockserver.data.source import read_text

    with readable():
        text = to_yaml(merge([read_page(read_text(path), path) for path in page]))
    if output is None:
        click.echo(text, nl=False)
    else:
        write(output, text)
