"""The official SDKs for Node.js against mocks of their vendors' documents: `NAME.test.js` of this folder."""

import os
import re
import subprocess

import pytest

from tests.sdks.node import MODULES, find_node
from tests.sdks.servers import DOCUMENTS, serve_document, trust

HTTPS_ONLY = ("adyen",)


@pytest.mark.parametrize("vendor", DOCUMENTS)
def test_the_calls_of_an_sdk_are_answered(vendor: str) -> None:
    node = find_node()
    with serve_document(vendor, https=vendor in HTTPS_ONLY) as live:
        done = subprocess.run(
            [node, "--test", f"{vendor}.test.js"],
            cwd=MODULES.parent, env={**os.environ, **trust(live), "MOCK_URL": live.url},
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE)
