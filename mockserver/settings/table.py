"""The table of all settings, from which options, help texts, ini names and reference pages are made.

To add a setting, add a row here; for a setting of servers, also add a field with its default to
`mockserver.settings.Settings`, and name that field in the row. Each command of the row then takes the setting
as an option, an environment variable and a key of the settings file: as a field of its parameter `settings`,
or, without a field, as a parameter of its function.
"""

from mockserver.settings.kinds import (
    BYTES,
    FILE,
    FILES,
    FLAG,
    FOLDER,
    FOLDERS,
    INTEGER,
    OPTIONAL_FLAG,
    PERCENT,
    PORT,
    PREFIX,
    SECONDS,
    SIZE,
    STRING,
    STRINGS,
    TOKEN,
    Choice,
    Integer,
)
from mockserver.settings.setting import Setting, Variant

PYTEST = "pytest"  # the plugin, beside the names of the commands
ALL = ("serve", "check", "coverage", "import", "mutate", "scenarios", "settings", PYTEST)
SERVERS = ("serve", PYTEST)
READERS = ("serve", "check", "scenarios", "mutate", PYTEST)  # of contract, fixtures and scenarios

# fmt: off
TABLE = (
    Setting("spec", FILES, READERS, field="specs", argument="SPEC",
            help="OpenAPI documents or Markdown pages (default: the bundled cart contract)."),
    Setting("fixtures", FOLDER, READERS, field="fixtures",
            help="Folder of world.yaml, sample requests and response bodies"
                 " (default: fixtures beside the first SPEC, or the bundled one)."),
    Setting("scenarios", FOLDER, READERS, field="scenarios",
            help="Folder of scenario files (default: scenarios beside the first SPEC, or the bundled one)."),
    Setting("stubs", FILES, ("serve", "check", "mutate", PYTEST), field="stubs",
            help="File of stubs that each new session starts with (repeatable)."),
    Setting("allow-ref", FOLDERS, READERS, field="allow_refs",
            help="Folder outside the project of a SPEC to which its references may lead (repeatable)."),
    Setting("strict", FLAG, ("serve", "check", PYTEST), field="strict",
            help="Refuse a contract that has errors."),
    Setting("verbose", FLAG, ("check",),
            help="Print each finding on a line, instead of equal ones together."),
    Setting("port", PORT, ("serve", "scenarios", "mutate"), default=4010, short="-p",
            help="Port to listen on; 0 picks a free one.",
            variants={"scenarios": Variant("Port in the curl commands."),
                      "mutate": Variant("Port of the server; 0 picks a free one.", default=0)}),
    Setting("host", STRING, ("serve", "scenarios"), field="host", short="-h",
            help="Address to listen on.",
            variants={"scenarios": Variant("Host in the curl commands.")}),
    Setting("tls", FLAG, ("serve",), field="tls",
            help="Serve HTTPS with a certificate that is made at the start."),
    Setting("certfile", FILE, ("serve",), field="certfile",
            help="PEM file of the certificate to serve HTTPS with."),
    Setting("keyfile", FILE, ("serve",), field="keyfile",
            help="PEM file of the private key of the certificate (default: the certificate's file)."),
    Setting("scenario", STRING, SERVERS, field="scenario",
            help="Scenario that each new session starts with."),
    Setting("delay", STRING, SERVERS, field="delay",
            help="Delay of all answers, such as 200ms or uniform(100ms, 400ms), that each new session starts"
                 " with."),
    Setting("fault", STRING, SERVERS, field="fault",
            help="Fault of all answers, such as 'bad-gateway; probability=0.1', that each new session starts"
                 " with."),
    Setting("dynamic", FLAG, SERVERS, field="dynamic",
            help="Generate response bodies instead of using the contract's examples."),
    Setting("no-echo", FLAG, SERVERS, field="echo",
            help="Take no values from the request into successful answers of the contract."),
    Setting("model", STRINGS, READERS, field="models",
            help="Model of your own that answers instead of the cart model, as MODULE:NAME (repeatable)."),
    Setting("no-model", FLAG, READERS, field="model",
            help="Answer the cart operation from the contract alone, without a model."),
    Setting("stateful", FLAG, READERS, field="stateful",
            help="Keep resources in memory: POST creates them; GET, PUT, PATCH and DELETE read and change"
                 " them."),
    Setting("lenient-read-only", OPTIONAL_FLAG, SERVERS, field="lenient_read_only",
            help="Drop read-only members from requests instead of refusing them (default: with --stateful)."),
    Setting("errors", FLAG, SERVERS, field="errors",
            help="Answer 500 where an answer of the mock would break the contract, and 415 to a body that the"
                 " contract does not describe."),
    Setting("no-formats", FLAG, SERVERS, field="formats",
            help="Treat `format` as an annotation instead of validating it."),
    Setting("seed", INTEGER, SERVERS, field="seed",
            help="Seed of generated bodies and of random delays and faults."),
    Setting("no-cors", FLAG, SERVERS, field="cors",
            help="Send no CORS headers and answer no preflight requests."),
    Setting("no-auth", FLAG, SERVERS, field="auth",
            help="Require no credentials; every client acts for the default company."),
    Setting("strict-parameters", FLAG, SERVERS, field="strict_parameters",
            help="Refuse parameters, forms and paths that are not spelled as the contract says."),
    Setting("strict-sessions", FLAG, SERVERS, field="strict_sessions",
            help="Reject requests without a session key."),
    Setting("keyless", Choice("adopt", "refuse", "default"), (PYTEST,),
            help="Owner of a request without a session key: the running test (adopt), none (refuse: it is"
                 " answered 400 and fails the test), or the session default (default). If not set: adopt on"
                 " servers that the plugin starts, otherwise default."),
    Setting("max-sessions", Integer(2), SERVERS, field="max_sessions",
            help="Maximum number of open sessions."),
    Setting("session-ttl", SECONDS, SERVERS, field="session_ttl",
            help="Seconds after which an idle session is evicted."),
    Setting("memory-limit", SIZE, SERVERS, field="memory_limit",
            help="Maximum memory of all sessions and their journals, in bytes or a size such as 512MiB."),
    Setting("journal-size", Integer(0), SERVERS, field="journal_size",
            help="Maximum number of exchanges that the journal keeps per session."),
    Setting("control-prefix", PREFIX, (*SERVERS, "coverage"), field="control_prefix",
            help="Path prefix of the control API.",
            variants={"coverage": Variant("Path prefix of the server's control API.")}),
    Setting("control-port", PORT, ("serve",),
            help="Separate port for the control API; 0 picks a free one (default: that of the mocked API)."),
    Setting("control-token", TOKEN, SERVERS, field="control_token", is_secret=True,
            help="Token with which other machines, and clients behind a proxy, may make control calls; if the"
                 " server listens beyond loopback, all callers need it (default then: one is generated and"
                 " printed)."),
    Setting("allow-host", STRINGS, SERVERS, field="allow_hosts",
            help="Additional Host name for control calls (repeatable)."),
    Setting("allow-origin", STRINGS, SERVERS, field="allow_origins",
            help="Origin whose web pages may make control calls (repeatable)."),
    Setting("mask", STRINGS, SERVERS, field="mask",
            help="Additional name of a header, parameter or member whose value is masked (repeatable)."),
    Setting("watch", FLAG, ("serve",),
            help="Reload the contract, fixtures and scenarios when their files change."),
    Setting("body-limit", BYTES, SERVERS, field="body_limit",
            help="Maximum size of a request body in bytes."),
    Setting("header-limit", BYTES, SERVERS, field="header_limit",
            help="Maximum size of all headers of a request in bytes."),
    Setting("url-limit", BYTES, SERVERS, field="url_limit",
            help="Maximum length of a URL in bytes."),
    Setting("max-connections", Integer(1), SERVERS, field="max_connections",
            help="Maximum number of open connections."),
    Setting("request-timeout", SECONDS, SERVERS, field="request_timeout",
            help="Seconds within which a request must arrive completely."),
    Setting("keep-alive", SECONDS, SERVERS, field="keep_alive",
            help="Seconds after which an idle connection is closed."),
    Setting("log-format", Choice("text", "json"), ("serve",), default="text",
            help="Format of the log lines."),
    Setting("url", STRING, ("coverage", PYTEST), default="http://127.0.0.1:4010",
            help="Base URL of a running server, or of its --control-port.",
            variants={PYTEST: Variant("Base URL of a running server, or of its --control-port (default: start"
                                      " one).", default="")}),
    Setting("session", STRING, ("coverage",),
            help="Limit the report to one session (default: all sessions)."),
    Setting("token", STRING, ("coverage",), is_secret=True,
            help="Control token of the server, if it requires one."),
    Setting("operation", STRINGS, ("mutate",),
            help="Only change answers of this operation (repeatable)."),
    Setting("kind", STRINGS, ("mutate",),
            help="Only make changes of this kind, such as null or missing (repeatable)."),
    Setting("json", FILE, ("mutate",),
            help="Also write the results to this JSON file."),
    Setting("fail-under", PERCENT, ("coverage", "mutate"),
            help="Exit with status 1 if the coverage or the score is below this percentage.",
            variants={"coverage": Variant("Exit with status 1 if the coverage is below this percentage."),
                      "mutate": Variant("Exit with status 1 if the score is below this percentage.")}),
    Setting("schema", FLAG, ("check", "scenarios"),
            help="Print the JSON Schema of scenario files (scenarios) or of files of stubs (check).",
            variants={"check": Variant("Print the JSON Schema of files of stubs, and check nothing."),
                      "scenarios": Variant("Print the JSON Schema of scenario files instead of the list.")}),
    Setting("output", FILE, ("import",), short="-o",
            help="File to write (default: standard output)."),
    Setting("format", Choice("text", "json"), ("settings",), default="text",
            help="Format of the output."),
    Setting("config", FILE, ALL, in_file=False,
            help="File of settings (default: mockserver.toml, or pyproject.toml with [tool.mockserver])."),
)
# fmt: on


def settings_of(command: str) -> list[Setting]:
    """The settings that a command takes, in the order of the table."""
    return [each.for_command(command) for each in TABLE if each.takes(command)]
