"""What commands and Kubernetes Jobs run; each may be killed at any line and run again."""
