"""Conferences, recordings, lines of numbers and who answers them, as Courier has them."""
