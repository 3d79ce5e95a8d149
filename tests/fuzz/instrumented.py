"""`python -m fuzz.instrumented TARGET FLAG…`: one target under atheris, which has to see the imports."""

import sys
from importlib import import_module

import atheris


def main() -> None:
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["mockserver"]):
        check = import_module(f"tests.fuzz.{name}").check
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
