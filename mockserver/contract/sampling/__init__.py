"""Generate values that a schema allows, as bodies of answers and of sample requests.

`sampler.generate` is the entry point. It is not imported here, because most users of this package only need
the exception.
"""

from mockserver.contract.sampling.context import Unsatisfiable

__all__ = ["Unsatisfiable"]
