"""Measurements: `make bench`. Each writes build/bench/<name>.json; none of them is a test."""
