"""Annotations of GitHub Actions: lines of the output that the page of a commit shows beside the code.

The form is that of workflow commands: `::error file=F,line=L,title=T::MESSAGE`.
"""

import os
from collections.abc import Mapping
from pathlib import Path

_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}  # what is escaped in a message, the percent sign first
_PROPERTY = {**_MESSAGE, ":": "%3A", ",": "%2C"}


def is_under_actions(variables: Mapping[str, str] = os.environ) -> bool:
    """Whether the process runs in a workflow of GitHub Actions."""
    return variables.get("GITHUB_ACTIONS") == "true"


def annotation(
    file: Path, line: int, title: str, message: str, variables: Mapping[str, str] = os.environ
) -> str:
    """An error at a line of a file, whose path becomes relative to the workspace of the workflow."""
    workspace = variables.get("GITHUB_WORKSPACE") or os.getcwd()
    shown = file.relative_to(workspace) if file.is_relative_to(workspace) else file
    members = {"file": shown.as_posix(), "line": str(line), "title": title}
    properties = ",".join(f"{name}={_escaped(value, _PROPERTY)}" for name, value in members.items())
    return f"::error {properties}::{_escaped(message, _MESSAGE)}"


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    for character, escape in escapes.items():
        text = text.replace(character, escape)
    return text
