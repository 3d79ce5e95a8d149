"""Answers on demand: scenario files, faults and delays, how a client chooses, sample requests."""
