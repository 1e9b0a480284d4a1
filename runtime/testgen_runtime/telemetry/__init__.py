"""Logs and metrics: every name in one module each."""
