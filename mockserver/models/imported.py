"""Models of users, imported by `MODULE:NAME`.

NAME is a model, or a callable without arguments that makes one, such as a class. MODULE lies beside the
working directory, or is installed.
"""

import sys
import traceback
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from mockserver.data.source import CannotRead
from mockserver.data.suggest import did_you_mean
from mockserver.model import AnyModel

ATTRIBUTES = ("name", "initial", "events")
METHODS = ("codes", "handles", "admit", "subject", "handle", "lay", "fire", "dump", "load")


def imported_models(names: Sequence[str]) -> list[AnyModel]:
    """The models with these names; raises CannotRead, with the file and line of what is wrong."""
    folder = str(Path.cwd())
    if names and folder not in sys.path:
        sys.path.insert(0, folder)
    return [_imported(name) for name in names]


def loaded_models(models: Iterable[object]) -> list[AnyModel]:
    """The models: each item is a model, a callable that makes one, or its name. Raises CannotRead."""
    return [imported_models([each])[0] if isinstance(each, str) else _checked_object(each) for each in models]


def _checked_object(value: object) -> AnyModel:
    """The model that a value is or, if it is callable without arguments, makes; raises CannotRead."""
    kind = value if isinstance(value, type) else type(value)
    file = Path(getattr(sys.modules.get(kind.__module__), "__file__", None) or kind.__module__)
    return _checked(_made(value, file), file, kind.__qualname__)


def _imported(name: str) -> AnyModel:
    module_name, separator, path = name.partition(":")
    if not module_name or not path or not separator:
        raise CannotRead(Path(name), None, "expected a model as MODULE:NAME, such as parcels:ParcelModel")
    module = _module(module_name)
    file = Path(module.__file__ or module_name)
    value: object = module
    for part in path.split("."):
        if not hasattr(value, part):
            hint = did_you_mean(part, [each for each in dir(value) if not each.startswith("_")])
            raise CannotRead(file, None, f"there is no {path!r}{hint}")
        value = getattr(value, part)
    return _checked(_made(value, file), file, path)


def _module(name: str) -> ModuleType:
    """The module; whatever its code raises is an error of the user's file."""
    try:
        if find_spec(name) is None:
            raise CannotRead(Path(name), None, f"there is no module {name!r}{_hint(name)}")
        return import_module(name)
    except CannotRead:
        raise
    except Exception as error:  # whatever the code of a user raises
        raise _error_in(error, Path(name)) from error


def _made(value: object, file: Path) -> object:
    """What a callable without arguments makes; a model, and what cannot be called, as it is."""
    if not callable(value) or _is_model(value):
        return value
    try:
        return value()
    except Exception as error:  # whatever the code of a user raises
        raise _error_in(error, file) from error


def _checked(value: object, file: Path, path: str) -> AnyModel:
    if missing := _missing(value):
        raise CannotRead(file, None, f"{path} is not a model, because it has no {', '.join(missing)}")
    model: AnyModel = value  # type: ignore[assignment]  # it has all members of the protocol
    if not isinstance(model.name, str) or not model.name:
        raise CannotRead(file, None, f"the name of {path} is {model.name!r}; expected a string")
    return model


def _is_model(value: object) -> bool:
    return not isinstance(value, type) and not _missing(value)


def _missing(value: object) -> list[str]:
    """The members of the protocol that a value does not have."""
    methods = [f"{each}()" for each in METHODS if not callable(getattr(value, each, None))]
    return [each for each in ATTRIBUTES if not hasattr(value, each)] + methods


def _error_in(error: Exception, module: Path) -> CannotRead:
    """The error with the file and line where the user's code raised it."""
    kind = type(error).__name__
    if isinstance(error, SyntaxError) and error.filename:
        return CannotRead(Path(error.filename), error.lineno, f"{kind}: {error.msg}")
    frames = traceback.extract_tb(error.__traceback__)
    own = [each for each in frames if "importlib" not in each.filename and each.filename != __file__]
    if not own:
        return CannotRead(module, None, f"{kind}: {error}")
    return CannotRead(Path(own[-1].filename), own[-1].lineno, f"{kind}: {error}")


def _hint(name: str) -> str:
    """The nearest name of a module beside the working directory."""
    beside = [path.stem for path in Path.cwd().glob("*.py")]
    beside += [path.parent.name for path in Path.cwd().glob("*/__init__.py")]
    return did_you_mean(name, beside)
