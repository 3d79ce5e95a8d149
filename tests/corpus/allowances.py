"""What may fall short in the corpus and the cases: the number of lines by document, and the names of cases.

Each entry is work that is left to do. Remove an entry together with its fault.
"""

DOCUMENTS: dict[str, int] = {
    "xero/xero_accounting.yaml": 1,  # sends a read-only member back, which needs --lenient-read-only
}
CASES: frozenset[str] = frozenset()
