"""Benchmarks: measured on demand by `python -m tests.benchmarks`; pytest tests only that they work."""
