"""Journeys in a real browser, against a server as make run starts it."""
