"""`testgen golden`: two releases write cases for the same requirements, and are compared."""
