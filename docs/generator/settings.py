"""The page of settings, from the table in `mockserver.settings`."""

from generator.command_line import description, value_words
from generator.markdown import code, table
from generator.markdown import page as markdown_page
from mockserver.settings.setting import Setting
from mockserver.settings.table import PYTEST, TABLE

INTRODUCTION = """
Each setting can be set on the command line, by an environment variable, in pytest's configuration file (for
the pytest plugin) and in the settings file, whose keys are the names in the first column. The first of these
that has a setting decides it. [Settings](../settings.md) explains the settings file. `mockserver settings`
prints the values in use.
"""


def page() -> str:
    head = ("Name", "Value", "Description", "Default", "Option", "Environment variable", "pytest", "Commands")
    return markdown_page("Settings", INTRODUCTION, table(head, map(row, TABLE)))


def row(setting: Setting) -> tuple[str, ...]:
    commands = [name for name in setting.commands if name != PYTEST]
    default = setting.default_text()
    return (
        code(setting.name),
        value_words(setting),
        description(setting),
        default and code(default),
        code(setting.option) if commands else "",
        code(setting.variable),
        code(setting.ini) if setting.takes(PYTEST) else "",
        ", ".join(map(code, commands)),
    )
