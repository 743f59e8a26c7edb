"""Several processes that play, and how far they have come."""
