"""What other systems hear of voicemails: that one can be heard."""

from collections.abc import Iterator, Sequence

from sqlalchemy import or_, select

from app.accounts.models import Staff
from app.calls.models import Call
from app.core.database import db
from app.core.events import within_all
from app.directory.models import Guardian, School
from app.voicemail.events import VoicemailChanged
from app.voicemail.models import Voicemail
from app.webhooks.service import Happened, tell

_VOICEMAILS = (
    select(Voicemail, School.uuid.label("school"), Guardian.uuid.label("guardian"), Staff.uuid.label("staff"), Call.uuid.label("call"))
    .join(School, School.id == Voicemail.school_id)
    .outerjoin(Guardian, Guardian.id == Voicemail.guardian_id)
    .outerjoin(Staff, Staff.id == Voicemail.staff_id)
    .outerjoin(Call, Call.id == Voicemail.call_id)
    .where(or_(Voicemail.seconds.is_not(None), Voicemail.is_broken))
)


@within_all(VoicemailChanged)
def tell_of_arrival(facts: Sequence[VoicemailChanged]) -> None:
    """A voicemail changed; what is told is that its sound is there, or never will be."""
    tell("voicemail.received", facts, _described)


def _described(facts: Sequence[VoicemailChanged]) -> Iterator[Happened]:
    db.session.flush()
    wanted = Voicemail.id.in_({fact.voicemail_id for fact in facts})
    for row in db.session.execute(_VOICEMAILS.where(wanted).order_by(Voicemail.id)):
        voicemail: Voicemail = row.Voicemail
        data = {
            "voicemail_id": voicemail.uuid, "school_id": row.school, "guardian_id": row.guardian, "staff_id": row.staff,
            "call_id": row.call, "seconds": voicemail.seconds, "is_broken": voicemail.is_broken, "received_at": voicemail.received_at,
        }  # fmt: skip
        words = {"from": voicemail.caller, "name": voicemail.name}
        yield Happened(f"voicemail:{voicemail.uuid}", voicemail.received_at, data, words)
