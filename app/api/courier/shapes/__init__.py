"""Rows as documents, by noun: pure."""
