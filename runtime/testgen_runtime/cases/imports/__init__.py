"""Cases back from other tools: one parser a format, and what an import changes."""
