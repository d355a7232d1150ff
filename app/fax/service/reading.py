"""A fax is read, is new again, and its pages are turned so that they can be read."""

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service.audit import audit
from app.core.clock import now
from app.core.database import transaction
from app.core.errors import NotVisible
from app.fax.models import Fax, FaxPage, Turn
from app.fax.queries import fax_visible_to
from app.fax.queries_pages import page_of, pages_of
from app.fax.service.looks import hold, touch


def may_act(staff: Staff, fax: Fax) -> bool:
    """Whether this person takes care of it: who works with faxes, and to whom it was given. Others only look."""
    return role_allows(staff.role, Permission.WORK_FAXES) or fax.assignee_id == staff.id


def held_for(staff: Staff, fax_id: int) -> Fax:
    """The row, held for a change by who takes care of it. Belongs into a transaction. Raises NotVisible."""
    fax_visible_to(staff, fax_id)
    fax = hold(fax_id)
    if not may_act(staff, fax):
        raise NotVisible
    return fax


def mark_read(staff: Staff, fax_id: int) -> Fax:
    """It was looked at. Twice changes nothing, nor does the eye of who only looks. Raises NotVisible."""
    with transaction():
        fax_visible_to(staff, fax_id)
        fax = hold(fax_id)
        if fax.is_inbound and fax.read_at is None and may_act(staff, fax):
            fax.read_at, fax.read_by_id = now(), staff.id
            touch(fax)
    return fax


def mark_new(staff: Staff, fax_id: int) -> Fax:
    """As if nobody had read it. Raises NotVisible."""
    with transaction():
        fax = held_for(staff, fax_id)
        if fax.is_inbound and fax.read_at is not None:
            fax.read_at = fax.read_by_id = None
            touch(fax)
    return fax


def turn_page(staff: Staff, fax_id: int, page_id: int, turn: Turn) -> FaxPage:
    """Show, print and file a page this way up from now on. Raises NotVisible."""
    with transaction():
        fax = held_for(staff, fax_id)
        page = page_of(fax, page_id)
        if page.turn != turn:
            page.turn = turn
            if pages_of(fax)[0].id == page.id:
                fax.first_turn = turn
            audit("fax.turned", fax, {"name": fax.name or fax.address, "page": page.number}, by=staff)
            touch(fax)
    return page
