"""A key on a call that answers."""

from app.announcements.queries.asked import asked_recipient
from app.delivery.voice.menus import Given
from app.delivery.voice.menus import Taken as Heard
from app.surveys import service
from app.surveys.errors import NoSuchChoice
from app.surveys.service import Taken

HEARD = {Taken.FIXED: Heard.FIXED, Taken.CLOSED: Heard.CLOSED}
"""Of the others the caller hears thanks."""


def try_out(_announcement_id: int, choice: int) -> Given:
    """A key on a test that an author sent to herself: thanked, and not counted."""
    return Given(Heard.NOTED, choice)


def take(recipient_id: int, choice: int) -> Given:
    """Have a recipient of an announcement answer by a key. Belongs into the transaction of the call's news."""
    one = asked_recipient(recipient_id)
    if one is None:
        return Given(Heard.CLOSED, None)
    try:
        given = service.answer(one, choice, "voice")
    except NoSuchChoice:
        return Given(Heard.CLOSED, None)
    return Given(HEARD.get(given.taken, Heard.NOTED), given.choice)
