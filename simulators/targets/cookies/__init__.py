"""Cookies as a browser keeps them."""
