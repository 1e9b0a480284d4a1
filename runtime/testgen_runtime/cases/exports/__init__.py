"""Cases for other tools: one file a format, each from an iterator of cases to bytes, in flat memory."""
