"""Requirements -> atoms: one file per kind, rules as tables, English and Chinese."""
