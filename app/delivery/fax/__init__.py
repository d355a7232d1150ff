"""Faxes out of the outbox: handed over, followed, looked up when lost, and tried again by the house."""
