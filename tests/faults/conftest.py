"""Faults are tried on the whole way of a text."""

from tests.delivery.conftest import house

__all__ = ["house"]
