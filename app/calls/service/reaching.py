"""A call, or a leg of it, for a person who wants something of it now. Belongs into a transaction."""

from app.accounts.models import Staff
from app.calls.errors import CallIsOver, NotBegun
from app.calls.models import Call, CallState, ConferenceParticipant
from app.calls.queries import call_visible_to, leg_visible_to
from app.calls.service import steps
from app.core.database import db


def going_on(staff: Staff, call_id: int) -> Call:
    """The call, held. Raises CallIsOver, NotVisible."""
    call_visible_to(staff, call_id)
    call = steps.held(call_id)
    if call.is_over:
        raise CallIsOver
    return call


def running(staff: Staff, call_id: int) -> Call:
    """The same of one in which people speak. Raises NotBegun, CallIsOver, NotVisible."""
    call = going_on(staff, call_id)
    if call.status != CallState.IN_PROGRESS:
        raise NotBegun
    return call


def leg_of(staff: Staff, call_id: int, leg_id: int) -> tuple[Call, ConferenceParticipant]:
    """A leg of a call that goes on. Raises CallIsOver, NotVisible."""
    leg_visible_to(staff, call_id, leg_id)
    call = going_on(staff, call_id)
    return call, db.session.get_one(ConferenceParticipant, leg_id, populate_existing=True)
