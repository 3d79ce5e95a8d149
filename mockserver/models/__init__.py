"""Stateful backends: the cart model, and plain resources read off any contract."""
