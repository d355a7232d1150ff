"""Identifiers that sort by the time they were made."""

import uuid

from uuid6 import uuid7


def new_uuid() -> uuid.UUID:
    """A version 7 UUID: unique everywhere, and later ones sort after earlier ones."""
    return uuid.UUID(int=uuid7().int)
