"""Builds contracts from small OpenAPI documents that tests write as YAML."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from mockserver.contract.operation import Contract, Operation
from mockserver.contract.reader.load import load

HEAD = 'openapi: 3.1.0\ninfo: {title: Small, version: "1"}\n'


def contract_of(*texts: str, prefixes: Sequence[str] | None = None) -> Contract:
    """The contract of YAML documents without `openapi` and `info`; their files are `0.yaml`, `1.yaml`, ...

    `prefixes` are those of the documents, in the full names of their operations.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.yaml") for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(HEAD + text, encoding="utf-8")
        return load(paths, prefixes=prefixes)


def operation_of(text: str) -> Operation:
    """The first operation of a document."""
    return contract_of(text).operations[0]
