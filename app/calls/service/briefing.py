"""A private word with the interpreter: nobody else hears, and whoever was not called yet is called afterwards."""

from app.accounts.models import Staff
from app.calls.errors import NoInterpreter
from app.calls.models import OVER, LegState, PartRole, Step, WishKind
from app.calls.service import steps
from app.calls.service.reaching import going_on, running
from app.core.database import transaction

STAYS = frozenset({PartRole.MODERATOR, PartRole.INTERPRETER})


def begin_briefing(staff: Staff, call_id: int) -> None:
    """Put everybody but the moderator and the interpreter on hold. To ask twice changes nothing.

    Raises NoInterpreter, NotBegun, CallIsOver, NotVisible.
    """
    with transaction():
        call = running(staff, call_id)
        settings, legs = steps.settings_of(call), steps.legs_of(call)
        if not any(leg.role == PartRole.INTERPRETER and leg.state not in OVER for leg in legs):
            raise NoInterpreter
        if settings.is_briefing:
            return
        settings.is_briefing = True
        aside = [leg for leg in legs if leg.role not in STAYS and leg.state == LegState.JOINED and not leg.is_held]
        for leg in aside:
            leg.is_set_aside = True
        steps.wish_all(call, WishKind.HOLD, aside, by=staff.id)
        steps.tell(call, Step.BRIEFING, by=staff.id)
        steps.changed(call)


def end_briefing(staff: Staff, call_id: int) -> None:
    """Bring back whom the briefing put on hold, and call who waits. To ask twice changes nothing. Raises CallIsOver, NotVisible."""
    with transaction():
        call = going_on(staff, call_id)
        settings = steps.settings_of(call)
        if not settings.is_briefing:
            return
        settings.is_briefing = False
        back = [leg for leg in steps.legs_of(call) if leg.is_set_aside and leg.state == LegState.JOINED]
        for leg in back:
            leg.is_set_aside = False
        steps.wish_all(call, WishKind.HOLD, back, by=staff.id, on=False)
        if call.answered_at is not None:
            steps.call_waiting(call)
        steps.tell(call, Step.BRIEFED, by=staff.id)
        steps.changed(call)
