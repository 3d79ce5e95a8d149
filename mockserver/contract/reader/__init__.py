"""Reads documents into a contract: its operations with their parameters, bodies, responses and security."""
