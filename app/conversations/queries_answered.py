"""What texts of families answer: a room that writes to many says which of its things a reader may open."""

from collections.abc import Callable, Collection

from app.accounts.models import Staff

Opener = Callable[[Staff, Collection[int]], dict[int, str]]
_openers: list[Opener] = []


def register(opener: Opener) -> None:
    """Ask this room for the addresses of those of its things that somebody may see. Called from its init_app."""
    if opener not in _openers:
        _openers.append(opener)


def ways_to_answered(staff: Staff, answered: Collection[int]) -> tuple[tuple[int, str], ...]:
    """Where what messages answer can be read, as far as the reader may see it; no query where nothing is answered."""
    if not answered:
        return ()
    return tuple(sorted((number, way) for opener in _openers for number, way in opener(staff, answered).items()))
