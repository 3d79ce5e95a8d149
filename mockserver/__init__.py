"""A fake backend for contract testing: requests checked against the contract, answers on purpose."""

__version__ = "0.1.0"
__all__ = ["__version__"]
