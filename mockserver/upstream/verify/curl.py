"""Steps of a sequence as command lines."""

import json

from mockserver.data.shell_word import shell_word
from mockserver.upstream.verify.sequence import FiredEvent, SentCall, Step

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
    return " ".join(map(shell_word, words))


def _method(call: SentCall) -> list[str]:
    if call.method == "HEAD":
        return ["-I"]
    return [] if call.method == "GET" and not call.body else ["-X", call.method]
