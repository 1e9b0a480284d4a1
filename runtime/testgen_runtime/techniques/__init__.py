"""Test design after ISO/IEC/IEEE 29119-4, without a model: atoms of a requirement -> test points. Pure."""
