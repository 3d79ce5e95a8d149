"""The names by which a request of the mocked API speaks to the mock server."""

HEADER_PREFIX = "x-mock-"
HEADER_PREFIXES = (HEADER_PREFIX, "x-mock_")  # the second one is a misspelling
QUERY_PREFIX = "__"
COOKIE_PREFIX = "mock_"
BAGGAGE_PREFIX = "mock-"

SESSION_HEADER = "x-mock-session"
UPSTREAM_HEADER = "x-mock-upstream"
CONTROL_HEADERS = (
    "x-mock-scenario", SESSION_HEADER, "x-mock-delay", "x-mock-fault", "x-mock-token", UPSTREAM_HEADER,
)  # fmt: skip
ANSWER_HEADERS = (  # that only answers have
    "x-mock-source", "x-mock-exchange", "x-mock-mutation", "x-mock-violations", "x-mock-off-contract",
    "x-mock-note", "x-mock-judged",
)  # fmt: skip
CONTROL_QUERY = ("__scenario", "__code", "__example", "__dynamic", "__seed", "__session")
CONTROL_COOKIES = ("mock_scenario", "mock_session")
CONTROL_BAGGAGE = ("mock-session",)
PREFERENCES = ("scenario", "code", "example", "dynamic", "seed")  # ours, of the header Prefer
