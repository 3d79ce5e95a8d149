"""What is printed and logged while a server runs goes through its log, as text or as JSON."""

import io
import json
import logging
import sys

from mockserver.cli.diverted_streams import diverted_streams
from mockserver.cli.output import Output

SECRET = "flt_sk_super-secret-0123456789"


def printed(form, act):
    """What an action leaves on stdout and stderr."""
    out, errors = io.StringIO(), io.StringIO()
    before = sys.stdout, sys.stderr
    with diverted_streams(form, Output(out), Output(errors)):
        act()
    assert (sys.stdout, sys.stderr) == before
    return out.getvalue(), errors.getvalue()


def test_what_a_model_prints_stays_as_it_is_in_text():
    def act():
        print("one", end="")
        print(" line\nand another")
        print("to stderr", file=sys.stderr)
        print("unfinished", end="")

    assert printed("text", act) == ("one line\nand another\nunfinished\n", "to stderr\n")


def test_what_a_model_prints_is_an_object_a_line_in_json():
    out, errors = printed("json", lambda: (print("a\nb"), print("c", file=sys.stderr)))
    assert list(map(json.loads, out.splitlines())) == [{"stdout": "a"}, {"stdout": "b"}]
    assert list(map(json.loads, errors.splitlines())) == [{"stderr": "c"}]


def log_an_error():
    try:
        raise ValueError(f"it was {SECRET}")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("with %s", SECRET)


def test_a_traceback_of_a_library_is_one_object_in_json_without_secrets():
    out, errors = printed("json", log_an_error)
    assert out == ""
    (line,) = errors.splitlines()
    entry = json.loads(line)
    assert (entry["level"], entry["logger"]) == ("error", "uvicorn.error")
    assert "ValueError" in entry["traceback"]
    assert "super-secret" not in line


def test_a_traceback_of_a_library_follows_its_message_in_text():
    out, errors = printed("text", log_an_error)
    assert out == ""
    assert errors.startswith("mockserver: error: with flt_sk_…6789\nTraceback")
    assert "super-secret" not in errors


def test_stdout_can_stay_as_it_is():
    before = sys.stdout
    with diverted_streams("text", None, Output(io.StringIO())):
        assert sys.stdout is before
        assert sys.stderr is not sys.__stderr__
