"""The sources of an answer: a scenario, a mutation, a model, the contract, or a refusal."""
