"""One scenario from its clean run to what is told of it."""
