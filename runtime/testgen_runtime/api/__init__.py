"""The HTTP API: one file per resource, thin; everything that decides lives in the domain's rooms."""
