"""The parts of a process that may be missing or degraded while it goes on: the model and the index, here or in another role."""
