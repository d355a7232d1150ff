"""What a text seems to ask in plain words ("please stop", "wrong number"): a person decides, and the house obeys."""

from app.accounts.models import Staff
from app.accounts.service import audit
from app.conversations.errors import AlreadyDecided
from app.conversations.events import MessageChanged
from app.conversations.models import Message, MessageKind
from app.conversations.service import access
from app.core.database import db, open_events, transaction
from app.core.errors import NotVisible
from app.core.keywords import Refusal
from app.directory import service as directory
from app.directory.models import ALL_SENDERS, ConsentKind, ConsentSource, ContactHealth, ContactPoint

SUGGESTION = "refusal_suggested"


def decide_suggestion(staff: Staff, event_id: int, *, accept: bool) -> Message:
    """Act on a suggestion in the timeline, or dismiss it. Raises NotVisible, NotAllowed, AlreadyDecided.

    "Please stop" becomes an opt-out from all senders, noted by staff; "wrong number" marks the phone as somebody else's.
    That a child left the school is for the office's records: accepting it only notes that it was seen.
    """
    with transaction():
        line, _conversation = access.writable_message(staff, event_id)
        if line.kind != MessageKind.EVENT or line.details.get("type") != SUGGESTION:
            raise NotVisible
        if "accepted" in line.details:
            raise AlreadyDecided
        line.details = {**line.details, "accepted": accept, "decided_by": staff.name}
        point = db.session.get_one(ContactPoint, int(line.details["contact_point_id"]))
        if accept:
            _obey(staff, point, Refusal(line.details["refusal"]))
        audit("suggestion.accepted" if accept else "suggestion.dismissed", line, {"refusal": line.details["refusal"]}, by=staff)
        db.session.flush()
        open_events().append(MessageChanged(line.district_id, line.conversation_id, line.id))
    return line


def _obey(staff: Staff, point: ContactPoint, refusal: Refusal) -> None:
    if refusal == Refusal.STOP_ASKED:
        directory.record_consent(
            point.district_id,
            point.address,
            ALL_SENDERS,
            ConsentKind.OPTED_OUT,
            ConsentSource.STAFF,
            wording="asked in plain words",
            staff_id=staff.id,
        )
    elif refusal == Refusal.WRONG_PERSON:
        directory.set_health(point.district_id, point.address, ContactHealth.WRONG, "wrong person")
