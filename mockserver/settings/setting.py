"""A setting: its names, the kind of its value, its default, and the commands that take it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from mockserver.settings.kinds import Kind, Value


class Variant(NamedTuple):
    """What differs about a setting for one command; None if a part is the same."""

    help: str | None = None
    default: Value = None
    kind: Kind | None = None


class Setting(NamedTuple):
    """A setting, as a row of the table.

    `name` is the name as an option and as a key of the settings file. `commands` are those that take the
    setting. `field` is the field of `Settings` that it sets; `no-NAME` sets the field NAME to false.
    `default` is for settings without a field. `argument` is the name of a positional argument that replaces
    the option.
    """

    name: str
    kind: Kind
    commands: tuple[str, ...]
    help: str
    field: str | None = None
    default: Value = None
    short: str | None = None
    is_secret: bool = False
    in_file: bool = True
    argument: str | None = None
    variants: Mapping[str, Variant] = MappingProxyType({})

    @property
    def option(self) -> str:
        """The name on the command line, such as `--journal-size`; that of an argument, such as `SPEC`."""
        return self.argument or f"--{self.name}"

    @property
    def variable(self) -> str:
        """The name of the environment variable, such as MOCKSERVER_JOURNAL_SIZE."""
        return f"MOCKSERVER_{self.parameter.upper()}"

    @property
    def ini(self) -> str:
        """The name in pytest's configuration file, such as `mockserver_journal_size`."""
        return f"mockserver_{self.parameter}"

    @property
    def ini_type(self) -> Literal["paths", "args", "string"]:
        """The type in pytest's configuration file; `args` are strings, divided as in a shell."""
        if self.kind.word == "path":
            return "paths"
        return "args" if self.kind.is_list else "string"

    @property
    def parameter(self) -> str:
        """The name of the parameter of a command's function, such as `journal_size`."""
        return self.name.replace("-", "_")

    @property
    def negates(self) -> bool:
        """Whether the field is the opposite of the setting, as with `no-cors`."""
        return self.field is not None and self.parameter == f"no_{self.field}"

    def default_value(self) -> Value:
        """The default: that of the field in `Settings`, if there is one."""
        if not self.kind.has_default:
            return self.kind.unset
        if self.field is None:
            return self.default
        from mockserver.settings.settings import Settings

        value: Value = getattr(Settings(), self.field)
        return value

    def default_text(self) -> str:
        """The default for help texts and reference pages; empty if there is none to show."""
        default = self.default_value() if self.kind.has_default else None
        if isinstance(default, float):
            return f"{default:g}"
        return "" if default is None else f"{default}"

    def takes(self, command: str) -> bool:
        """Whether a command takes the setting; `settings` takes those of `serve`, too."""
        return command in self.commands or (command == "settings" and "serve" in self.commands)

    def for_command(self, command: str) -> "Setting":
        """The setting as this command has it."""
        variant = self.variants.get(command)
        if variant is None:
            return self
        return self._replace(
            help=variant.help or self.help,
            default=self.default if variant.default is None else variant.default,
            kind=variant.kind or self.kind,
        )
