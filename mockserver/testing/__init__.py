"""Support for tests: a server in a thread, sessions, failure reports, contract coverage, mutation runs."""
