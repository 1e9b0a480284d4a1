"""Rollouts as pure state machines: what is seen and the time give the next position and what should stand in the cluster."""
