"""Which values of a recorded request are masked, and expected values without their secrets."""

import json
from collections.abc import Iterator

from mockserver.contract.secret_marks import SecretMarks
from mockserver.data.decoding import decode
from mockserver.data.json import Json
from mockserver.data.pointer import pointer_keys, pointer_token
from mockserver.http.body_redaction import redact_body, redact_secret
from mockserver.http.head_redaction import redact_path
from mockserver.http.redaction import MASK, NOT_KEPT, Redactor
from mockserver.http.secret_names import SecretNames
from mockserver.journal.record import Record


def masked_pointers(pointer: str, sent: Json, shown: Json) -> Iterator[str]:
    """The pointers of the values at and below `pointer` that are shown otherwise than they were sent."""
    match sent, shown:
        case dict(), dict() if sent.keys() == shown.keys():
            for name, value in shown.items():
                yield from masked_pointers(f"{pointer}/{pointer_token(name)}", sent[name], value)
        case list(), list() if len(sent) == len(shown):
            for index, value in enumerate(shown):
                yield from masked_pointers(f"{pointer}/{index}", sent[index], value)
        case _ if type(sent) is not type(shown) or sent != shown:
            yield pointer


def marked_pointers(pointer: str, shown: Json) -> Iterator[str]:
    """The same for a value that is known only as it is shown: those of strings that have a mask."""
    match shown:
        case dict():
            for name, value in shown.items():
                if MASK in name:
                    yield pointer
                yield from marked_pointers(f"{pointer}/{pointer_token(name)}", value)
        case list():
            for index, value in enumerate(shown):
                yield from marked_pointers(f"{pointer}/{index}", value)
        case str() if MASK in shown or shown == NOT_KEPT:
            yield pointer


def with_other_strings(shown: Json, pointer: str, masked: frozenset[str]) -> Json:
    """The value with another string for each masked one."""
    if pointer in masked:
        return "x"
    match shown:
        case dict():
            return {
                name: with_other_strings(value, f"{pointer}/{pointer_token(name)}", masked)
                for name, value in shown.items()
            }
        case list():
            return [
                with_other_strings(each, f"{pointer}/{index}", masked) for index, each in enumerate(shown)
            ]
    return shown


def masked_expectation(pointer: str, expected: Json, names: SecretNames) -> Json:
    """An expected value with its secrets masked, by the names in its pointer and in itself."""
    redactor = Redactor(names)
    location, *keys = pointer_keys(pointer)
    is_body = location.startswith("body")
    if any(key in names for key in keys) or (is_body and names.has_whole_body):
        return redact_secret(expected, redactor)
    if not is_body and names.has_whole_body:
        return expected if not isinstance(expected, str) else redactor.text(expected)
    return decode(redact_body(json.dumps(expected, ensure_ascii=False).encode(), redactor))


def without_record_secrets(pointer: str, expected: Json, record: Record, marks: SecretMarks) -> Json:
    """An expected value without the secrets of any operation, and of a request that it is compared with."""
    if isinstance(expected, str) and pointer in ("/path", "/pathPattern"):
        expected = redact_path(expected, Redactor(marks.names), marks.values_in_path(expected))
    masked = masked_expectation(
        pointer, masked_expectation(pointer, expected, marks.names), record.secret.names
    )
    data = json.dumps(masked, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return decode(record.masked.secrets.mask_in_bytes(data))
