"""Fuzz targets: each module but these has `check`, which raises where an input shows a fault.

`python -m tests.fuzz [TARGET…]` hunts with atheris; `test_targets.py` replays the corpus without it.
"""
