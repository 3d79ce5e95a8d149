"""How a request becomes an answer; nothing in this package awaits."""
