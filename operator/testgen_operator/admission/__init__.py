"""The optional webhook: the operator's own validation at apply time, with warnings; a certificate that renews itself."""
