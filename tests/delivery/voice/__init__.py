"""Calls as a channel of the outbox, over the real HTTP of a simulated network."""
