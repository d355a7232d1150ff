"""Files on their way in, by what they are for."""

from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Staff
from app.api.courier.models import Upload, UploadKind
from app.core.database import db
from app.core.errors import NotVisible


def files_of(owner: UUID, *, kind: UploadKind = UploadKind.MESSAGE, with_pending: bool = False) -> list[Upload]:
    """The files of a draft, a bulk message or an email that was seen already, oldest first."""
    query = select(Upload).where(Upload.kind == kind, Upload.owner_uuid == owner)
    if not with_pending:
        query = query.where(Upload.ready_at.is_not(None))
    return list(db.session.scalars(query.order_by(Upload.id)))


def upload_named(staff: Staff, uuid: UUID, kind: UploadKind) -> Upload:
    """One's own. Raises NotVisible."""
    found = db.session.scalar(select(Upload).where(Upload.uuid == uuid, Upload.kind == kind, Upload.staff_id == staff.id))
    if found is None:
        raise NotVisible
    return found
