"""Generate values that a schema allows, as bodies of answers and of sample requests.

`generated_values.GeneratedValues` is the entry point by a schema's pointer, `generation.generate` that
for a schema. They are not imported here, because most users of this package only need the exception.
"""

from mockserver.contract.sampling.context import Unsatisfiable

__all__ = ["Unsatisfiable"]
