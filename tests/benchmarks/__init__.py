"""Benchmarks: measured on demand by `python -m tests.benchmarks`, never by pytest."""
