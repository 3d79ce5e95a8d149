"""What a benchmark found, as a table that reads well in a terminal and pastes into Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under a head, and a sentence that sums them up."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    verdict: str

    def __str__(self) -> str:
        lines = [self.head, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.head))]
        texts = [
            "| " + " | ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True)) + " |"
            for line in lines
        ]
        rule = "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|"
        return "\n".join([texts[0], rule, *texts[1:], "", self.verdict])
