"""Models of users are imported by name; what is wrong with them is a sentence with file and line."""

import itertools
import sys
from pathlib import Path

import pytest

from mockserver.data.source import CannotRead
from mockserver.models.imported import imported_models

NUMBERS = itertools.count()
MODEL = """
class Model:
    name = "lamps"
    initial = {}
    events = ()
    def codes(self, operation): return ()
    def handles(self, operation, method, path): return False
    def admit(self, state, credential): pass
    def subject(self, call): return None
    def handle(self, state, call): raise NotImplementedError
    def lay(self, state, given): return state
    def fire(self, state, subject, event): return state
    def dump(self, state): return {"lamps": {}}
    def load(self, data): return {}

class Rooms:
    Model = Model

model = Model()
number = 7
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a module beside the working directory; each has a new name, because modules are cached."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])

    def write(text: str) -> str:
        name = f"lamp_models_{next(NUMBERS)}"
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        return name

    return write


def message(name: str) -> str:
    with pytest.raises(CannotRead) as caught:
        imported_models([name])
    return str(caught.value)


@pytest.mark.parametrize("path", ["Model", "model", "Rooms.Model"])
def test_a_model_or_a_callable_that_makes_one_is_found(module, path):
    (model,) = imported_models([f"{module(MODEL)}:{path}"])
    assert model.name == "lamps"


def test_no_names_are_no_models():
    assert imported_models([]) == []


@pytest.mark.parametrize("name", ["parcels", "parcels:", ":Model", "", ":"])
def test_a_name_without_module_or_attribute_is_refused(name):
    assert "expected a model as MODULE:NAME, such as parcels:ParcelModel" in message(name)


def test_a_module_that_does_not_exist_is_named_with_the_nearest_one(module):
    name = module(MODEL)
    assert message(f"{name}x:Model") == (f"{name}x: there is no module '{name}x'; did you mean {name!r}?")


def test_a_missing_parent_package_is_named(module):
    assert "No module named 'no_such_package'" in message("no_such_package.models:Model")


def test_an_attribute_that_does_not_exist_is_named_with_the_nearest_one(module):
    name = module(MODEL)
    assert message(f"{name}:Modle") == (f"{Path.cwd() / name}.py: there is no 'Modle'; did you mean 'Model'?")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = 1\nimport no_such_module\n", ":2: ModuleNotFoundError: No module named 'no_such_module'"),
        ("\n\nclass Model(:\n", ":3: SyntaxError: invalid syntax"),
        ("\nraise KeyError('x')\n", ":2: KeyError: 'x'"),
        ("def Model():\n    return 1 / 0\n", ":2: ZeroDivisionError: division by zero"),
        ("def Model(name): ...\n", ": TypeError: Model() missing 1 required positional argument: 'name'"),
    ],
    ids=["a missing module", "a syntax error", "an exception", "an exception in the callable", "an argument"],
)
def test_what_the_code_of_a_user_raises_is_named_with_file_and_line(module, text, found):
    name = module(text)
    assert message(f"{name}:Model") == f"{Path.cwd() / name}.py{found}"


@pytest.mark.parametrize("path", ["number", "Rooms"])
def test_what_is_not_a_model_is_refused_with_what_it_lacks(module, path):
    found = message(f"{module(MODEL)}:{path}")
    assert f"{path} is not a model, because it has no name, initial, events, codes(), handles()" in found


def test_a_model_without_one_method_is_refused(module):
    name = module(MODEL.replace("def load", "def lode"))
    assert "Model is not a model, because it has no load()" in message(f"{name}:Model")


def test_a_model_whose_name_is_not_a_string_is_refused(module):
    name = module(MODEL.replace('name = "lamps"', "name = 7"))
    assert "the name of Model is 7; expected a string" in message(f"{name}:Model")
