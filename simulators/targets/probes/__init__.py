"""Where to look for what a service keeps, and for its effects."""
