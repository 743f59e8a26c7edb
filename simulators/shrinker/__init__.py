"""A finding to its shortest plan."""
