"""What `make try` and `make demo` do: a tenant of a runtime, on this machine or on a cluster. Standard library only."""
