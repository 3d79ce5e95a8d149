"""The contract: reads OpenAPI documents, and validates requests and answers against them.

It consists of values and pure functions; it does not know servers, sessions or models.
"""
