"""TestGen's data plane: requirement documents in, traceable test cases out."""

__version__ = "0.1.0"
