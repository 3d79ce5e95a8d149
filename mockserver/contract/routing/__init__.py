"""Finds the operation for the method and path of a request."""
