"""TestGen's control plane: reconciles TestGenProject resources into databases, a runtime and an endpoint."""

__version__ = "0.1.0"
