"""Who may be called about somebody: a call and its length stand in their thread, so only they and the adults around them."""

from collections.abc import Iterable

from sqlalchemy import select

from app.conversations.models import Participant
from app.conversations.queries_reach import other_guardians
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import ContactPoint


def refuse_outsiders(point_ids: Iterable[int], *, conversation_id: int | None, guardian_id: int | None) -> None:
    """Let pass phones of this guardian, of other adults of the same children, and of who takes part in the thread. Raises NotVisible."""
    wanted = set(point_ids)
    owners = set(db.session.scalars(select(ContactPoint.guardian_id).where(ContactPoint.id.in_(wanted)))) if wanted else set()
    if guardian_id is not None:
        owners -= {guardian_id}
        owners -= {one.id for one in other_guardians(guardian_id)} if owners else set()
    if owners and conversation_id is not None:
        theirs = select(Participant.guardian_id).where(
            Participant.conversation_id == conversation_id, Participant.guardian_id.in_(owners), Participant.left_at.is_(None)
        )
        owners -= set(db.session.scalars(theirs))
    if owners:
        raise NotVisible
