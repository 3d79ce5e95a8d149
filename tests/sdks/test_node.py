"""The official SDKs for Node.js against mocks of their vendors' documents: `NAME.test.js` of this folder."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.live import serve
from tests.support.paths import TEST_DATA, needs

HERE = Path(__file__).parent
DOCUMENTS = {
    "adyen": "adyen/CheckoutService-v72.yaml",
    "asana": "asana/asana_oas.yaml",
    "openai": "openai/openapi.yaml",
    "stripe": "stripe/stripe.json",
    "twilio": "twilio/twilio_api_v2010.json",
}
HTTPS_ONLY = ("adyen",)
pytestmark = [
    needs(TEST_DATA / "documents"),
    pytest.mark.skipif(
        not (HERE / "node_modules").exists(), reason="the SDKs for Node.js are not installed: run nox -s sdks"
    ),
]


@pytest.mark.parametrize("vendor", DOCUMENTS)
def test_the_calls_of_an_sdk_are_answered(vendor: str) -> None:
    node = shutil.which("node")
    assert node is not None
    document = TEST_DATA / "documents" / DOCUMENTS[vendor]
    with serve(str(document), *(["--tls"] if vendor in HTTPS_ONLY else [])) as live:
        trusted = {"NODE_EXTRA_CA_CERTS": live.ca} if live.ca else {}
        done = subprocess.run(
            [node, "--test", f"{vendor}.test.js"],
            cwd=HERE, env={**os.environ, "MOCK_URL": live.url, **trusted}, capture_output=True, text=True,
            timeout=300,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE)
