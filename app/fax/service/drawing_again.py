"""A fax whose pages could not be shown is fetched and drawn once more: the carrier may be back, or this house may read more by now."""

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service.audit import audit
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import transaction
from app.core.errors import NotVisible
from app.core.files import FileGone
from app.fax.events import PaperWaiting
from app.fax.models import Fax, Paper
from app.fax.queries import fax_visible_to
from app.fax.service.looks import hold, touch


def draw_again(staff: Staff, fax_id: int) -> Fax:
    """Have a broken one drawn again; pressed twice it is once. Raises NotVisible."""
    seen = fax_visible_to(staff, fax_id)
    if not role_allows(staff.role, Permission.WORK_FAXES) or not seen.is_inbound:
        raise NotVisible
    lost = seen.source_key if _is_lost(seen.source_key) else None
    with transaction() as events:
        fax = hold(fax_id)
        if fax.paper == Paper.BROKEN:
            fax.paper, fax.problem, fax.paper_tries, fax.paper_due_at = Paper.WAITING, None, 0, now()
            if lost is not None and fax.source_key == lost:
                fax.source_key = fax.source_type = None  # the carrier is asked once more
            audit("fax.drawn_again", fax, {"name": fax.name or fax.address}, by=staff)
            touch(fax)
            events.append(PaperWaiting())
    return fax


def _is_lost(key: str | None) -> bool:
    """Whether the store does not have any more what it should have."""
    try:
        if key is not None:
            file_store().size(key)
    except FileGone:
        return True
    return False
