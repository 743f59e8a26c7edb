"""How one plan of one conversation is played on one target."""
