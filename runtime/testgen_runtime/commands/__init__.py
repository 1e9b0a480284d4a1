"""The commands of `testgen`, a module for each group; cli.py puts them together."""
