"""What is remembered: the journal's records, and how much of the contract they cover."""
