"""What stays of a video call in the family's threads: who was there, who was asked and did not come, and how long it was."""

from collections.abc import Sequence

from app.accounts.behind import through
from app.accounts.models import Staff
from app.conversations.events import MessageChanged
from app.conversations.models import Conversation, Message
from app.conversations.service import timeline
from app.core.database import db, open_events
from app.core.search_text import indexable
from app.video.models import VideoCall, VideoParticipant
from app.video.service import steps

KIND = "call"
"""As the filter of the family's page names it."""


def note_end(call: VideoCall, people: Sequence[VideoParticipant]) -> None:
    """A line in the thread where it began, and in the own thread of each guardian who was asked from a group."""
    guests = [each for each in people if not each.is_host]
    host = next((each for each in people if each.is_host), None)
    if not any(each.invited_at or each.waited_at or each.joined_at for each in guests) and not call.note:
        return  # the family has nothing of a room that only its host saw
    details = {
        "video_call_id": call.id,
        "names": [each.name for each in guests if each.joined_at],
        "missed": [each.name for each in guests if not each.joined_at and each.invited_at and not each.waited_at],
        "turned_away": [each.name for each in guests if not each.joined_at and each.waited_at],
        "host": call.host_name,
        "host_came": bool(host and host.joined_at),
        "seconds": call.seconds,
        "state": str(call.state),
        "notes": call.note,
        **through(call.bearer_id, db.session.get_one(Staff, call.staff_id)),
    }
    for conversation in _threads(call, guests):
        line = timeline.line(conversation, "video_call", staff_id=call.staff_id, author=call.host_name, **details)
        line.reference_type, line.reference_id = KIND, None
        line.created_at = call.started_at or call.created_at  # when it began, as other calls
        line.search_text = indexable(call.note)


def note_again(call: VideoCall) -> None:
    """The note was changed after the end. Belongs into a transaction."""
    conversation = steps.thread_of(call)
    if conversation is None or not call.is_over:
        return
    ours = Message.details["video_call_id"].as_integer() == call.id
    for line in db.session.query(Message).filter(Message.conversation_id == conversation.id, Message.reference_type == KIND, ours):
        line.details = {**(line.details or {}), "notes": call.note}
        line.search_text = indexable(call.note)
        open_events().append(MessageChanged(line.district_id, line.conversation_id, line.id))


def _threads(call: VideoCall, guests: Sequence[VideoParticipant]) -> list[Conversation]:
    found: dict[int, Conversation] = {}
    if (where := steps.thread_of(call)) is not None:
        found[where.id] = where
    for guest in guests:
        text = db.session.get(Message, guest.invitation_id) if guest.invitation_id else None
        talk = db.session.get(Conversation, text.conversation_id) if text is not None else None
        if talk is not None and talk.deleted_at is None:
            found[talk.id] = talk
    return [found[key] for key in sorted(found)]
