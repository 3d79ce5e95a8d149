"""Whether a pytest run was started by `mockserver mutate`, as the environment says."""

import os

EVENTS = "MOCKSERVER_RUN_EVENTS"  # names the file of the events that the run reports
FORKS = "MOCKSERVER_FORK_SERVER"  # the process id of `mutate`, and the folder of the fork server's files
_WORKER = "PYTEST_XDIST_WORKER"


def events_file() -> str | None:
    """The file that the run reports its events to; None for a run of another origin."""
    return os.environ.get(EVENTS) or None


def is_of_mutate() -> bool:
    return events_file() is not None


def is_xdist_worker() -> bool:
    """Whether this process is a worker of pytest-xdist."""
    return _WORKER in os.environ


def has_own_server() -> bool:
    """Whether `mutate` serves this process alone: the workers of pytest-xdist share a server."""
    return is_of_mutate() and not is_xdist_worker()


def take_fork_request() -> tuple[int, str] | None:
    """The process that asks this one to be a fork server, and the folder; None on a second call."""
    process, _, folder = os.environ.pop(FORKS, "").partition(":")
    return (int(process), folder) if folder else None
