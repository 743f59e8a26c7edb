"""Stores that fail: behind a proxy, or in files."""
