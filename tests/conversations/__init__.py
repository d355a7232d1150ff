"""Threads: what staff and guardians can do with them."""
