"""Plain resources: a model that is derived from the contract alone."""
