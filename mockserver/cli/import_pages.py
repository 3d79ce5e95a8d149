"""`mockserver import`: converts Markdown pages into an OpenAPI document, and HAR files into stubs."""

from collections.abc import Sequence
from pathlib import Path

import click

from mockserver.cli.failing import fail_if_unreadable, write_file
from mockserver.cli.import_har import SUFFIX, import_har
from mockserver.cli.options import settings_command

PAGE = click.Argument(["page"], nargs=-1, required=True, type=click.Path(path_type=Path))


@settings_command("import", [PAGE])
def command(page: tuple[Path, ...], output: Path | None, origin: str) -> None:
    """Convert Markdown pages into one OpenAPI document, or HAR files into stubs.

    Each PAGE describes one operation, as API vendors publish it.
    A PAGE with the suffix .har is a HAR file: its exchanges become stubs in the folder that --output names,
    like those of --record. Any other PAGE beside it is a SPEC that describes the API.
    """
    hars = [path for path in page if path.suffix.lower() == SUFFIX]
    if hars:
        import_har(hars, [path for path in page if path not in hars], origin, output)
    else:
        _import_pages(page, output)


def _import_pages(pages: Sequence[Path], output: Path | None) -> None:
    from mockserver.contract.document.merge import merge
    from mockserver.contract.markdown.page import read_page
    from mockserver.data.source import read_text
    from mockserver.data.yaml_writer import to_yaml

    with fail_if_unreadable():
        text = to_yaml(merge([read_page(read_text(path), path) for path in pages]))
    if output is None:
        click.echo(text, nl=False)
    else:
        write_file(output, text)
