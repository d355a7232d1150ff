"""What other systems hear of calls: that one is over, and how it went."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from app.accounts.models import Staff
from app.calls.events import CallChanged
from app.calls.models import FINAL, Call
from app.conversations.models import Conversation
from app.core.database import db
from app.core.events import within_all
from app.directory.models import Guardian, School
from app.webhooks.service import Happened, tell

_CALLS = (
    select(Call, School.uuid.label("school"), Guardian.uuid.label("guardian"), Staff.uuid.label("staff"), Conversation.uuid.label("thread"))
    .join(School, School.id == Call.school_id)
    .outerjoin(Guardian, Guardian.id == Call.guardian_id)
    .outerjoin(Staff, Staff.id == Call.staff_id)
    .outerjoin(Conversation, Conversation.id == Call.conversation_id)
)


@within_all(CallChanged)
def tell_of_end(facts: Sequence[CallChanged]) -> None:
    """A call changed; what is told is only its end."""
    tell("call.finished", facts, _described)


def _described(facts: Sequence[CallChanged]) -> Iterator[Happened]:
    db.session.flush()
    for row in db.session.execute(_CALLS.where(Call.id.in_({fact.call_id for fact in facts}), Call.status.in_(FINAL)).order_by(Call.id)):
        call: Call = row.Call
        ended_at = call.ended_at or call.created_at
        data = {
            "call_id": call.uuid, "kind": call.kind, "status": call.status, "school_id": row.school, "guardian_id": row.guardian,
            "staff_id": row.staff, "conversation_id": row.thread, "created_at": call.created_at, "answered_at": call.answered_at,
            "ended_at": ended_at, "seconds": int((ended_at - call.answered_at).total_seconds()) if call.answered_at else 0,
        }  # fmt: skip
        yield Happened(f"call:{call.uuid}", ended_at, data, {"title": call.title})
