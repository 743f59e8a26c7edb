"""The time in which a service stands, and how it is moved."""
