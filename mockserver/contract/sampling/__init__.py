"""Bodies from the contract: `generate` makes a value that a schema allows, or says why there is none."""

from mockserver.contract.sampling.place import Direction, Unsatisfiable
from mockserver.contract.sampling.sampler import generate

__all__ = ["Direction", "Unsatisfiable", "generate"]
