"""Mock servers with the documents of the vendors whose SDKs are tested."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.live import Live, serve
from tests.support.paths import TEST_DATA, missing

DOCUMENTS = {
    "adyen": "adyen/CheckoutService-v72.yaml",
    "asana": "asana/asana_oas.yaml",
    "openai": "openai/openapi.yaml",
    "stripe": "stripe/stripe.json",
    "twilio": "twilio/twilio_api_v2010.json",
}


@contextmanager
def serve_document(vendor: str, https: bool = False) -> Iterator[Live]:
    """A server with a vendor's document; the test is skipped where the test data lacks it."""
    document = TEST_DATA / "documents" / DOCUMENTS[vendor]
    if not document.exists():
        pytest.skip(missing(document))
    with serve(str(document), *(["--tls"] if https else [])) as live:
        yield live


def trust(live: Live) -> dict[str, str]:
    """The environment variables that make clients in Python and Node.js trust a server's certificate."""
    if live.ca is None:
        return {}
    return dict.fromkeys(("NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"), live.ca)
