"""A service in this process, in virtual time: its states, and what escapes them."""
