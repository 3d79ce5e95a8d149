"""Stateful backends: the cart model, and a model for plain resources of any contract."""
