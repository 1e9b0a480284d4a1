"""A real single-node Kubernetes cluster in a network namespace of this machine. Standard library only."""
