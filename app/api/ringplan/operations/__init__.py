"""Handlers, one file for each noun of the contract; importing this package registers them all."""
