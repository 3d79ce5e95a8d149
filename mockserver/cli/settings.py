"""`mockserver settings`: prints each setting, its value and where it comes from."""

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.options import click_parameters, fail_if_invalid
from mockserver.cli.printing import print_text
from mockserver.settings.table import settings_of

if TYPE_CHECKING:
    from mockserver.data.json import Json
    from mockserver.settings.resolution import Resolved, Values


@click.command("settings", params=click_parameters("settings"))
def command(**parsed: Any) -> None:
    """Print each setting, its value and where it comes from.

    The command takes the options of `mockserver serve`, so that you can check a command line. Tokens are
    masked.
    """
    from mockserver.settings.resolution import all_settings

    with fail_if_invalid():
        values = all_settings({each.name: parsed[each.parameter] for each in settings_of("settings")})
    if values.parameters["format"] == "json":
        click.echo(_json(values))
    else:
        print_text(_table(values))


def _json(values: "Values") -> str:
    from json import dumps

    rows = {each.setting.name: {"value": _value(each, values), "source": each.origin} for each in values}
    return dumps(rows, indent=2, ensure_ascii=False)


def _table(values: "Values") -> str:
    """A line for each setting, in columns."""
    rows = [(each.setting.name, _cell(_value(each, values)), each.origin) for each in values]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _value(resolved: "Resolved", values: "Values") -> "Json":
    """The value as JSON; a secret is masked, and the settings file is the one in use."""
    value = resolved.value
    if resolved.setting.name == "config" and value is None:
        value = values.file
    if isinstance(value, tuple):
        return [str(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if resolved.setting.is_secret and isinstance(value, str):
        from mockserver.http.redaction import mask

        return mask(value)
    return f"{value:g}" if value in (inf, -inf) else value  # JSON has no infinity


def _cell(value: "Json") -> str:
    match value:
        case None | [] | "":
            return "-"
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case list():
            return " ".join(map(str, value))
    return str(value)
