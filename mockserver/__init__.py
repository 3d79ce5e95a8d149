"""A mock server for contract testing: it validates requests against an OpenAPI document and answers them."""

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

_MODULES = {"create_app": "app", "Settings": "settings", "BadData": "data.reading"}


def __getattr__(name: str) -> object:
    """Import a public name on first use, because `import mockserver` must be quick."""
    if name not in __all__:
        raise AttributeError(f"module 'mockserver' has no attribute {name!r}")
    return getattr(import_module(f"mockserver.{_MODULES.get(name, 'model')}"), name)
