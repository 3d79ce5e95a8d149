"""The settings of commands, servers and the pytest plugin: one table, and one function that reads them."""

from typing import TYPE_CHECKING

from mockserver.settings.control_prefix import CONTROL_PREFIX, is_control_prefix

if TYPE_CHECKING:
    from mockserver.settings.settings import Settings

__all__ = ["CONTROL_PREFIX", "Settings", "is_control_prefix"]


def __getattr__(name: str) -> object:
    """Import `Settings` on first use, because the help of a command does not need it."""
    if name != "Settings":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from mockserver.settings.settings import Settings

    return Settings
