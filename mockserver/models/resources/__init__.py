"""Plain resources, kept as the contract describes them."""
