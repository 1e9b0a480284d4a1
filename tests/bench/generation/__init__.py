"""`make bench-generation DATA=dir`: how good generated cases are, by deterministic measures, beside a model asked directly."""
