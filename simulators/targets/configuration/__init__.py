"""`coolwind.toml`: its tables, their rules, and where each key stands."""
