"""What may fall short in the corpus and the cases: the number of lines by document, and the names of cases.

Every entry is a fault that somebody still has to mend. Remove an entry together with its fault.
"""

DOCUMENTS: dict[str, int] = {}
CASES: frozenset[str] = frozenset()
