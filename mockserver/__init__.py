"""A fake backend for contract testing: requests checked against the contract, answers on purpose."""

from importlib import import_module
from typing import TYPE_CHECKING

from mockserver.version import __version__

if TYPE_CHECKING:
    from mockserver.app import create_app
    from mockserver.data.reading import BadData
    from mockserver.model import (
        Call,
        Model,
        Outcome,
        Rejected,
        Subject,
        TransitionRefused,
        Unauthenticated,
        UnknownSubject,
    )
    from mockserver.settings import Settings

__all__ = [
    "BadData",
    "Call",
    "Model",
    "Outcome",
    "Rejected",
    "Settings",
    "Subject",
    "TransitionRefused",
    "Unauthenticated",
    "UnknownSubject",
    "__version__",
    "create_app",
]

_HOMES = {"create_app": "app", "Settings": "settings", "BadData": "data.reading"}


def __getattr__(name: str) -> object:
    """A public name; each loads when it is first used, so that `import mockserver` stays quick."""
    if name not in __all__:
        raise AttributeError(f"module 'mockserver' has no attribute {name!r}")
    return getattr(import_module(f"mockserver.{_HOMES.get(name, 'model')}"), name)
