"""Pure: what was seen as text, JSON or YAML."""
