"""Runs the command line: `python -m mockserver` is the same as `mockserver`."""

from mockserver.cli import main

if __name__ == "__main__":
    main(prog_name="mockserver")
