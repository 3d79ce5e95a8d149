"""How a request becomes an answer; nothing here awaits."""
