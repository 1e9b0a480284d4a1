"""One file per group of commands: reads what it needs, hands it to a view, prints the answer."""
