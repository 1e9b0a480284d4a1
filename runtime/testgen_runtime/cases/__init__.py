"""Test cases: what they are, and which requirements and atoms they cover."""
