"""Compares a provider with the mock by sequences of requests and events, which Hypothesis draws.

`drawing` draws sequences on the mock; `playing` sends each to both sides and `comparing` finds how their
answers differ; `shrinking` makes a sequence shorter; `verifier` runs all of it within a budget of time.
"""
