"""Answers on demand: scenario files, faults and delays, how a client chooses an answer, sample requests."""
