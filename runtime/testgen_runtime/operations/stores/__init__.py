"""`testgen stores`: is a store as the runtime needs it, and giving it another password. What the operator's Jobs run."""
