"""Recorded stubs in a folder: `stubs.yaml` for `--stubs`, and the files of long bodies beside it."""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from mockserver.data.json import Json, object_or_empty
from mockserver.data.source import CannotRead, Document, parse, read_text
from mockserver.data.yaml_writer import to_yaml
from mockserver.engine.exchange import Exchange
from mockserver.http.message import Answer
from mockserver.scenarios.stub_files import MOST_STUBS
from mockserver.upstream.answer_sequence import AnswerSequence
from mockserver.upstream.recorded_answer import FOLDER, RecordedAnswer, identity_of, recorded_answer
from mockserver.upstream.recorded_match import masked_request, recorded_match, weight

FILE = "stubs.yaml"
MOST_ANSWERS = 100  # of one stub, all different
MOST_TEXT = 8 * 1024 * 1024  # characters of the file of stubs, about, so that it can be read
MOST_BYTES = 256 * 1024 * 1024  # of all files of bodies that are written
_OWN_KEYS = {"operation", "match", "validate", "respond", "steps"}
_START = "stubs:\n"
_NONE = "stubs: []\n"


class _RecordedStub(Struct):
    """A stub, and the answers that its steps refer to by their index."""

    head: dict[str, Json]  # operation and match
    sequence: AnswerSequence
    answers: list[dict[str, Json]]
    by_identity: dict[str, int]
    is_checked: bool = True
    text: str = ""  # its YAML, as a list of one; empty if it has changed

    def index(self, respond: dict[str, Json]) -> int | None:
        """The index of an answer, which is added if it is new; None if there are too many."""
        identity = identity_of(respond)
        if identity not in self.by_identity:
            if len(self.answers) >= MOST_ANSWERS:
                return None
            self.by_identity[identity] = len(self.answers)
            self.answers.append(respond)
        return self.by_identity[identity]

    def data(self) -> dict[str, Json]:
        """The stub as JSON."""
        steps = self.sequence.steps
        stub = self.head | ({} if self.is_checked else {"validate": False})
        if len(steps) == 1:
            return stub | {"respond": self.answers[steps[0][0]]}
        return stub | {
            "steps": [
                ({"times": times} if times > 1 else {}) | {"respond": self.answers[answer]}
                for answer, times in steps
            ]
        }


class Recording:
    """The stubs of one folder, to which exchanges are added; it is used by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        """The recording that the folder has already, if it has one; raises CannotRead, OSError."""
        self._folder = folder
        self._own_stubs: list[str] = []  # YAML of stubs that were not recorded, which stay
        self._stubs: dict[str, _RecordedStub] = {}
        self._written_text = 0
        self._written_bytes = 0  # of bodies
        self._is_changed = False
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        path = folder / FILE
        if path.exists():
            text = read_text(path)
            stubs = _stubs_of(parse(text, path))
            for stub, written in zip(stubs, _written_texts(text, len(stubs)), strict=True):
                self._load(stub, written or to_yaml({"stubs": [stub]}).removeprefix(_START))
        else:
            self._is_changed = True

    @property
    def count(self) -> int:
        """How many stubs the folder has."""
        return len(self._stubs) + len(self._own_stubs)

    def add(self, exchange: Exchange, answer: Answer) -> bool:
        """Add an answer of the real backend to a request; False if a limit leaves it out. Raises OSError."""
        masked = masked_request(exchange)
        match = recorded_match(exchange, masked, answer.status)
        head: dict[str, Json] = {}
        if exchange.operation is not None:
            head["operation"] = exchange.operation.id
        if match:
            head["match"] = match
        return self._add(head, recorded_answer(exchange, masked, answer), is_valid=not exchange.violations)

    def _add(self, head: dict[str, Json], answer: RecordedAnswer, *, is_valid: bool) -> bool:
        key = _key(head)
        stub = self._stubs.get(key)
        if stub is None:
            if self.count >= MOST_STUBS or self._written_text > MOST_TEXT:
                return False
            stub = _RecordedStub(head, AnswerSequence(), [], {})
        if answer.file is not None and not self._write_body(*answer.file):
            return False
        before, index = stub.sequence.steps, stub.index(answer.respond)
        if index is None or not stub.sequence.add(index):
            return False
        # without an operation there is nothing that a request could break
        is_checked = stub.is_checked and (is_valid or "operation" not in head)
        if stub.sequence.steps != before or is_checked != stub.is_checked:
            stub.is_checked, stub.text, self._is_changed = is_checked, "", True
        self._stubs[key] = stub
        return True

    def _load(self, stub: Json, text: str) -> None:
        """Take a stub of the file with its YAML; one that says more than recorded ones stays as it is."""
        members = object_or_empty(stub)
        head: dict[str, Json] = {name: members[name] for name in ("operation", "match") if name in members}
        steps = _steps(members)
        if steps is None or _key(head) in self._stubs:
            self._own_stubs.append(text)
            return
        loaded = _RecordedStub(head, AnswerSequence(), [], {}, members.get("validate") is not False, text)
        known = [(loaded.index(each), times) for each, times in steps]
        loaded.sequence = AnswerSequence(
            [index for index, times in known for _ in range(times) if index is not None]
        )
        self._stubs[_key(head)] = loaded

    def _write_body(self, name: str, content: bytes) -> bool:
        path = self._folder / FOLDER / name
        with suppress(OSError):
            if path.read_bytes() == content:
                return True
        if self._written_bytes + len(content) > MOST_BYTES:
            return False
        self._written_bytes += len(content)
        _replace(path, content)
        return True

    def write(self) -> None:
        """Write the file of stubs, if something has changed, in one step. Raises OSError."""
        if not self._is_changed:
            return
        for stub in self._stubs.values():
            stub.text = stub.text or to_yaml({"stubs": [stub.data()]}).removeprefix(_START)
        recorded = sorted(self._stubs.items(), key=lambda each: _order(each[1].head, each[0]))
        texts = [*self._own_stubs, *(stub.text for _, stub in recorded)]
        text = _START + "".join(texts) if texts else _NONE
        _replace(self._folder / FILE, text.encode())
        self._written_text = len(text)
        self._is_changed = False


def _stubs_of(document: Document) -> Sequence[Json]:
    """The stubs of a file; raises CannotRead if it is not one of stubs."""
    stubs = object_or_empty(document.data).get("stubs")
    if not isinstance(stubs, list):
        raise CannotRead(document.path, None, "expected an object with the array 'stubs'")
    return stubs


def _written_texts(text: str, count: int) -> Sequence[str]:
    """The YAML of each stub as the file has it; empty texts for a file that is written in another style."""
    if text.startswith(f"{_START}  - ") and "\n#" not in text:
        texts = [f"  - {each}\n" for each in text[len(_START) + 4 :].removesuffix("\n").split("\n  - ")]
        if len(texts) == count:
            return texts
    return [""] * count


def _steps(members: dict[str, Json]) -> list[tuple[dict[str, Json], int]] | None:
    """The answers of a recorded stub, each with how often it comes; None for a stub of another kind."""
    if not members.keys() <= _OWN_KEYS or ("respond" in members) == ("steps" in members):
        return None
    steps = members.get("steps", [{"respond": members.get("respond")}])
    found = list[tuple[dict[str, Json], int]]()
    for step in steps if isinstance(steps, list) else ():
        respond, times = object_or_empty(step).get("respond"), object_or_empty(step).get("times", 1)
        if not isinstance(step, dict) or not step.keys() <= {"times", "respond"}:
            return None
        if not isinstance(respond, dict) or not isinstance(times, int) or not 1 <= times <= MOST_STUBS:
            return None
        found.append((respond, times))
    return found or None


def _key(head: dict[str, Json]) -> str:
    return json.dumps(head, sort_keys=True, ensure_ascii=False)


def _order(head: dict[str, Json], key: str) -> tuple[str, int, str]:
    """The order in the file: of two stubs for one request, the narrower one comes first."""
    operation, match = head.get("operation"), object_or_empty(head.get("match"))
    return f"{operation or match.get('path', '')}", -weight(match), key


def _replace(path: Path, content: bytes) -> None:
    """Write a file in one step: a crash leaves the old one or the new one."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with scratch.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise
