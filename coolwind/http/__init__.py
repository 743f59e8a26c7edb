"""How messages and answers look over HTTP."""
