"""`mockserver verify`: its reports, its exit statuses, and what it refuses to call."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from tests.support.provider import serving
from tests.support.terminal import called, typed
from tests.upstream.verify.planted import application
from tests.upstream.verify.proof import plant, planted_process

NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with planted_process() as url:
        yield url


def verified(url, *options):
    return typed("verify", "--provider", url, "--setup-url", f"{url}/setup", "--seconds", "6", *options)


def test_no_difference_is_status_0_and_says_what_was_covered(provider):
    plant(provider, [])
    done = verified(provider, "--seed", "3")
    assert (done.returncode, done.stderr) == (0, "")
    assert "seed 3: no differences" in done.stdout
    assert "  update-a-cart: 200 (" in done.stdout
    assert "  states of carts: " in done.stdout


def test_a_difference_is_status_1_and_shows_how_to_repeat_it(provider):
    plant(provider, ["404 for 403"])
    done = verified(provider)
    assert done.returncode == 1
    assert "expected 403 INSUFFICIENT_SCOPE, found 404 CART_NOT_FOUND" in done.stdout
    assert f"curl -i -X PATCH {provider}/carts/" in done.stdout
    assert '  mock:     403 {"error": "INSUFFICIENT_SCOPE"}' in done.stdout
    assert "    authenticate: check 2, INSUFFICIENT_SCOPE: " in done.stdout


def test_json_has_the_sequences_the_coverage_and_both_answers(provider):
    plant(provider, ["another shape of the free text"])
    done = verified(provider, "--format", "json", "--seed", "7")
    found = json.loads(done.stdout)
    assert (done.returncode, found["seed"]) == (1, 7)
    assert found["requests"] >= found["sequences"] > 0
    assert found["covered"]["operations"]["update-a-cart"] > 0
    [difference] = found["differences"]
    assert (difference["kind"], difference["pointer"]) == ("text", "/error")
    assert difference["mock"]["status"] == difference["provider"]["status"] == 400
    assert difference["requests"][-1].startswith("curl ")
    assert any(each.startswith("validate: ") for each in difference["why"])


def test_an_ignored_pointer_is_not_compared(provider):
    plant(provider, ["another shape of the free text"])
    done = verified(provider, "--ignore", "/error")
    assert done.returncode == 1  # the document itself does not allow the other shape
    assert "contract" in done.stdout
    assert "update-a-cart: text" not in done.stdout


def test_junit_has_a_failure_for_each_difference(provider):
    plant(provider, ["404 for 403"])
    done = verified(provider, "--format", "junit")
    suite = ET.fromstring(done.stdout).find("testsuite")
    assert suite is not None
    [case] = suite.findall("testcase")
    assert case.get("name") == "update-a-cart"
    assert {each.get("type") for each in case.findall("failure")} == {"status"}


def test_without_setup_it_says_so_and_fires_no_events(provider):
    with serving(application()) as fresh:
        done = typed("verify", "--provider", fresh, "--seconds", "4", "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 0, found["differences"]
    assert "there is no --setup-url" in found["notes"][0]


def test_a_provider_elsewhere_is_refused_unless_it_is_allowed():
    for options in (
        ("--provider", "http://192.0.2.1"),
        ("--provider", NOBODY, "--setup-url", "http://api.example.com"),
    ):
        result = called("verify", *options)
        assert result.exit_code == 2
        assert "is not on this machine; pass --allow-remote" in result.stderr


def test_a_provider_that_is_away_is_status_2():
    result = called("verify", "--provider", NOBODY)
    assert result.exit_code == 2
    assert f"the provider {NOBODY} cannot be reached: " in result.stderr


def test_a_setup_that_fails_is_status_2(provider):
    result = called("verify", "--provider", provider, "--setup-url", f"{provider}/nowhere")
    assert result.exit_code == 2
    assert f"the setup URL {provider}/nowhere answered 404 to the action 'reset'" in result.stderr


def test_the_provider_must_be_named():
    result = called("verify")
    assert result.exit_code == 2
    assert "Missing option '--provider'" in result.stderr


def test_an_unknown_operation_is_status_2(provider):
    result = called("verify", "--provider", provider, "--only", "update-a-card")
    assert result.exit_code == 2
    assert "--only: " in result.stderr
    assert "update-a-cart" in result.stderr


def test_ctrl_c_prints_what_was_found_so_far(provider):
    plant(provider, ["404 for 403"])
    command = [sys.executable, "-m", "mockserver", "verify", "--provider", provider]
    with subprocess.Popen(
        [*command, "--setup-url", f"{provider}/setup"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()  # the first line of progress
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in errors
    assert "404 CART_NOT_FOUND" in output
