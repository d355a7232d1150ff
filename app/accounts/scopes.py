"""What a key may do. A role says what somebody may do at all; a scope says what of that goes through this key (`scope_rules`)."""

from collections.abc import Iterable
from enum import StrEnum


class Scope(StrEnum):
    """Named by what a face does, not by which face does it."""

    READ_PEOPLE = "read_people"
    WRITE_PEOPLE = "write_people"
    READ_TEXTS = "read_texts"
    SEND_TEXTS = "send_texts"
    ANNOUNCE = "announce"
    CALL = "call"
    READ_VOICEMAIL = "read_voicemail"
    READ_FAXES = "read_faxes"
    SEND_FAXES = "send_faxes"
    VIDEO = "video"
    WEBHOOKS = "webhooks"
    MANAGE = "manage"
    """Bearers, keys, staff and settings."""


ALL = frozenset(Scope)


def scopes_of(words: str) -> frozenset[Scope]:
    """Scopes as a key keeps them. A name that no scope has any more opens nothing."""
    return frozenset(Scope(word) for word in words.split() if word in ALL)


def words_of(scopes: Iterable[Scope]) -> str:
    """The same to be kept, in the order of the list above."""
    chosen = frozenset(scopes)
    return " ".join(scope for scope in Scope if scope in chosen)
