"""The project's tasks. `nox -l` lists them and `nox -s NAME` runs one; `.ci/run` runs them, too.

Tasks run in the active environment (`pip install -e '.[dev,test]'`), so that none of them installs anything;
only `newest`, `plugins` and `sdks` make environments of their own.
"""

import re
import tomllib
from pathlib import Path

import nox

nox.options.sessions = ["lint", "fast"]

ROOT = Path(__file__).parent
JSON_SCHEMA_TEST_SUITE = "https://github.com/json-schema-org/JSON-Schema-Test-Suite"
SDKS = "tests/sdks"
ON_ALL_CORES = ("-n", "auto", "--dist", "worksteal")


@nox.session(venv_backend="none")
def lint(session: nox.Session) -> None:
    """Check style, format and types."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """Run all tests; arguments after `--` go to pytest."""
    session.run("pytest", *ON_ALL_CORES, *session.posargs)


@nox.session(venv_backend="none")
def fast(session: nox.Session) -> None:
    """Run the tests that need no server process, browser or build, with fewer examples, in under a minute."""
    session.run("pytest", *ON_ALL_CORES, "-m", "not slow", "--hypothesis-profile", "fast", *session.posargs)


@nox.session(venv_backend="none")
def reference(session: nox.Session) -> None:
    """Write the reference pages of the documentation from the code."""
    session.run("python", "docs/generate.py")


@nox.session(venv_backend="none")
def pictures(session: nox.Session) -> None:
    """Take the pictures of the dashboard for the documentation, with Node.js and Chromium."""
    session.run("python", "-m", "tests.dashboard.pictures")


@nox.session(venv_backend="none")
def docs(session: nox.Session) -> None:
    """Check that the reference pages are up to date, and build the site with its links checked."""
    session.run("python", "docs/generate.py", "--check")
    session.run("mkdocs", "build", "--strict", "--quiet", "--site-dir", session.create_tmp())


@nox.session(venv_backend="none")
def fuzz(session: nox.Session) -> None:
    """Fuzz each target for 15 seconds, or as the arguments after `--` say."""
    session.run("python", "-m", "tests.fuzz", *(session.posargs or ("--seconds", "15")))


@nox.session(venv_backend="none")
def bench(session: nox.Session) -> None:
    """Measure memory, routing and the pytest plugin; `-- throughput --peers` compares with other servers."""
    session.run("python", "-m", "tests.benchmarks", *session.posargs)


@nox.session(venv_backend="none")
def corpus(session: nox.Session) -> None:
    """Serve well-known APIs, send what their clients send, and run the small cases, in under 4 minutes."""
    session.run("python", "-m", "tests.corpus", *session.posargs)


@nox.session
def sdks(session: nox.Session) -> None:
    """Run official SDKs of APIs, for Python and Node.js, against mocks of their documents."""
    session.install(".[test]", "--requirement", f"{SDKS}/requirements.txt")
    install = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
    session.run("npm", *install, "--prefix", SDKS, external=True, silent=True)
    session.run("pytest", "-n", "auto", "--dist", "loadfile", SDKS, *session.posargs)


@nox.session
def plugins(session: nox.Session) -> None:
    """Run the pytest plugin beside others, which change when and how tests run."""
    session.install(".[test,pytest-plugins]")
    beside = ("-p", "no:asyncio", "-p", "no:randomly")  # in the runs of the tests, not in ours
    session.run("pytest", *beside, "tests/end_to_end/test_pytest_plugins.py", *session.posargs)


@nox.session
def newest(session: nox.Session) -> None:
    """Run the fast tests with the newest release of each dependency, whatever its upper bound."""
    session.install(".[test]")
    session.install("--upgrade", *_dependencies())
    session.run("pytest", *ON_ALL_CORES, "-m", "not slow", "--hypothesis-profile", "fast", *session.posargs)


@nox.session(venv_backend="none")
def fetch_data(session: nox.Session) -> None:
    """Fetch the official JSON Schema test suite into `.test-data`, where the tests look for it."""
    suite = ROOT / ".test-data" / "json-schema-test-suite"
    if suite.exists():
        session.log(f"{suite} exists already")
    else:
        session.run("git", "clone", "--depth", "1", JSON_SCHEMA_TEST_SUITE, str(suite), external=True)


def _dependencies() -> list[str]:
    """The names of the package's own dependencies, without versions and markers."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [each for each in project["dependencies"] if ";" not in each]
    return [re.split(r"[<>=!~\[ ]", each, maxsplit=1)[0] for each in wanted]
