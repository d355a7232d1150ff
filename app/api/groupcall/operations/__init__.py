"""Handlers, one file for each tag of the contract; importing this package registers them all."""

from app.api.groupcall.operations import opt_in, sends, usage

__all__ = ["opt_in", "sends", "usage"]
