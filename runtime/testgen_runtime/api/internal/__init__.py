"""/internal/v1: what the roles of one project ask of each other. Never routed from outside, and closed without their token."""
