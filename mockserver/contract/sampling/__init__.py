"""Bodies from the contract: `sampler.generate` makes a value that a schema allows, or says why there is none.

The sampler is not loaded here, for most of what knows of bodies makes none.
"""

from mockserver.contract.sampling.context import Unsatisfiable

__all__ = ["Unsatisfiable"]
