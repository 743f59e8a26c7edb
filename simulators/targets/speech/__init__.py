"""How a chat service is spoken to, over HTTP and in pieces."""
