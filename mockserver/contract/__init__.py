"""What the contract's document says: pure values and verdicts, no servers, sessions or carts."""
