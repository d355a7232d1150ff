"""Translations between staff and families: providers behind one interface, and the lock on facts."""
