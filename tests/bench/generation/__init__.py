"""`make bench-generation DATA=dir`: how good the generated cases are, by deterministic measures, beside a model that is asked directly."""
