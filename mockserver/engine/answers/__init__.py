"""Where an answer comes from: a model, the contract, or a refusal in the contract's own shape."""
