"""The pages of a fax, in the order in which they come out of the machine."""

from sqlalchemy import func, select

from app.core.database import db
from app.core.errors import NotVisible
from app.fax.models import Fax, FaxPage, FaxPart


def pages_of(fax: Fax) -> list[FaxPage]:
    """Of one received in their order; of one to be sent, part by part."""
    ordered = (
        select(FaxPage)
        .outerjoin(FaxPart, FaxPart.id == FaxPage.part_id)
        .where(FaxPage.fax_id == fax.id)
        .order_by(func.coalesce(FaxPart.position, 0), FaxPage.number)
    )
    return list(db.session.scalars(ordered))


def page_of(fax: Fax, page_id: int) -> FaxPage:
    """One of them. Raises NotVisible."""
    found = db.session.scalar(select(FaxPage).where(FaxPage.id == page_id, FaxPage.fax_id == fax.id))
    if found is None:
        raise NotVisible
    return found
