"""Faxes that are sent on by email."""
