"""Steps of a sequence as command lines."""

import json
import re
import shlex

from mockserver.upstream.verify.sequence import FiredEvent, SentCall, Step

# Control characters, and bytes that are not UTF-8
_UNQUOTABLE = re.compile("[\x00-\x1f\x7f-\x9f\udc80-\udcff]")
SETUP = "SETUP_URL"  # stands for the setup URL where there is none


def curl_line(step: Step, url: str, setup_url: str | None) -> str:
    """A command line for a shell that sends a request to a URL, or fires an event by the setup URL."""
    if isinstance(step, FiredEvent):
        data = {"action": "event", "collection": step.collection, "id": step.id, "event": step.event}
        words = ["curl", "-i", "-X", "POST", setup_url or SETUP, "-H", "Content-Type: application/json"]
        words += ["-d", json.dumps(data)]
    else:
        words = ["curl", "-i", *_method(step), url.rstrip("/") + step.target]
        for name, value in step.headers:
            words += ["-H", f"{name}: {value}"]
        if step.body:
            words += ["--data-raw", step.body.decode("utf-8", "surrogateescape")]
    return " ".join(map(_shell_word, words))


def _method(call: SentCall) -> list[str]:
    if call.method == "HEAD":
        return ["-I"]
    return [] if call.method == "GET" and not call.body else ["-X", call.method]


def _shell_word(word: str) -> str:
    """A word of a command line, quoted for a shell, on one line."""
    if not _UNQUOTABLE.search(word):
        return shlex.quote(word)
    return "$'" + re.sub(rf"{_UNQUOTABLE.pattern}|['\\\\]", _octal, word) + "'"


def _octal(character: re.Match[str]) -> str:
    return "".join(f"\\{byte:03o}" for byte in character[0].encode("utf-8", "surrogateescape"))
