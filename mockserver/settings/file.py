"""The settings file: `mockserver.toml`, or the table [tool.mockserver] of `pyproject.toml`."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mockserver.data.reading import type_phrase
from mockserver.data.source import CannotRead, Document, Finding, InvalidFiles, read_text
from mockserver.data.suggest import nearest
from mockserver.data.toml import NotToml, read_toml
from mockserver.settings.kinds import InvalidValue, Value
from mockserver.settings.setting import Setting
from mockserver.settings.table import TABLE
