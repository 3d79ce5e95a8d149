"""JSON as YAML text that people can read, and that reads back as the same JSON."""

import re

import yaml

from mockserver.data.json import Json

_PLAIN = re.compile(r"[A-Za-z][A-Za-z_/.-]*(?: [A-Za-z_/.-]+)*")


class _Dumper(yaml.SafeDumper):
    """Writes no aliases, and quotes each string that another reader of YAML might not take for one."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent_string(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None if _PLAIN.fullmatch(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_string)


def yaml_text(data: Json) -> str:
    """The data as YAML, with the members in their order."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
