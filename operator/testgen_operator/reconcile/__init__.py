"""Level-triggered loops: observe, plan, apply, prune, status. One file per kind."""
