"""A fake backend for contract testing: requests checked against the contract, answers on purpose."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.app import create_app
    from mockserver.model import Call, Model, Outcome, Rejected, Subject
    from mockserver.settings import Settings

__version__ = "0.1.0"
__all__ = ["Call", "Model", "Outcome", "Rejected", "Settings", "Subject", "__version__", "create_app"]

_HOMES = {"create_app": "app", "Settings": "settings"} | dict.fromkeys(
    ("Call", "Model", "Outcome", "Rejected", "Subject"), "model"
)


def __getattr__(name: str) -> object:
    """The public names load when they are used, so that `import mockserver` costs next to nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mockserver' has no attribute {name!r}")
    return getattr(import_module(f"mockserver.{_HOMES[name]}"), name)
