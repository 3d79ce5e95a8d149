"""Writes JSON, such as an OpenAPI document or the stubs of a session, as YAML."""

import yaml

from mockserver.data.json import Json


def to_yaml(data: Json) -> str:
    """The data as YAML in block style and in insertion order, without aliases."""
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


class _Dumper(yaml.SafeDumper):
    """Quotes strings that YAML 1.1 or 1.2 would read as another type: `no`, `2020-01-01`, `1e3`."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)  # sequences are indented below their key

    def represent_string(self, value: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", value, style=_style(value))


_Dumper.add_representer(str, _Dumper.represent_string)


def _style(text: str) -> str | None:
    """The style of a string: literal for several lines, quoted if necessary, otherwise None (plain)."""
    lines = text.split("\n")
    if not all(map(str.isprintable, lines)) or text[:1] in tuple("+-.0123456789"):
        return '"'
    return "|" if len(lines) > 1 and text[0] not in " \n" else None
