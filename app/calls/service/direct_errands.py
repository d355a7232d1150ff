"""Wishes about direct calls and those that came in: taken up, and what came of asking the carrier."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text

from app.calls.models import OPEN, Call, CallState, CallWish, DirectCall, Stage, WishKind, WishState
from app.calls.references import FAR, OWN
from app.calls.service import direct_steps, steps
from app.calls.service.direct_steps import Held
from app.calls.service.errands import LEASE
from app.calls.service.outcomes import Done, Found, Later, Outcome, Refused
from app.calls.service.placing import GIVES_UP, GRACE, LOOK_AGAIN, LOOKS_FOR, MOST_TRIES, the_lost_one
from app.carrier.call_codes import CallCode
from app.carrier.error_codes import HouseCode
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import PhoneNumber

LOST = CallCode.FAILED
GONE = frozenset({"20404", "21220"})
"""The carrier's words for a call that it does not know, or that is over."""


@dataclass(frozen=True, slots=True)
class DirectErrand:
    """One thing to ask the carrier for."""

    wish_id: int
    call_id: int
    kind: WishKind
    lost_since: datetime | None
    reference: str
    leg_id: str | None
    """The leg that ends, or is led elsewhere."""
    to: str
    sender: str


def take_up(most: int) -> list[DirectErrand]:
    """Lease the wishes that are due; those that make no sense any more are dropped."""
    mine = CallWish.call_id.in_(select(DirectCall.call_id))
    if db.session.scalar(select(CallWish.id).where(text(OPEN), CallWish.due_at <= now(), mine).limit(1)) is None:
        return []
    with transaction():
        at = now()
        due = select(CallWish).where(text(OPEN), CallWish.due_at <= at, mine).order_by(CallWish.id).limit(most)
        wishes = db.session.scalars(due.with_for_update(skip_locked=True).execution_options(populate_existing=True)).all()
        errands = []
        for wish in wishes:
            errand = _errand(wish)
            if errand is None:
                wish.state = WishState.FAILED
                continue
            wish.state, wish.tries, wish.due_at = WishState.BEGUN, wish.tries + 1, at + LEASE
            wish.begun_at = wish.begun_at or at
            errands.append(errand)
        return errands


def _errand(wish: CallWish) -> DirectErrand | None:
    """What to ask for; None where that makes no sense any more."""
    call, line, sender = db.session.execute(
        select(Call, DirectCall, PhoneNumber.address)
        .join(DirectCall, DirectCall.call_id == Call.id)
        .join(PhoneNumber, PhoneNumber.id == Call.phone_number_id)
        .where(Call.id == wish.call_id)
    ).one()
    leg_id = line.far_call_id if line.is_inbound else line.own_call_id
    if (call.is_over and wish.kind != WishKind.END) or (leg_id is None) != (wish.kind == WishKind.PLACE):
        return None
    return DirectErrand(
        wish.id, call.id, WishKind(wish.kind), wish.begun_at if wish.state == WishState.BEGUN else None,
        line.reference(FAR if line.is_inbound else OWN), leg_id, line.own_phone or "", sender,
    )  # fmt: skip


def write_down(errand: DirectErrand, outcome: Outcome) -> None:
    """What came of it."""
    with transaction():
        one = direct_steps.held(errand.call_id)
        wish = db.session.get_one(CallWish, errand.wish_id, populate_existing=True)
        if one is None or wish.state != WishState.BEGUN:
            return
        if errand.kind is WishKind.PLACE:
            _placing(one, wish, outcome, was_lost=errand.lost_since is not None)
        elif isinstance(outcome, Done):
            wish.state = WishState.DONE
        elif isinstance(outcome, Refused) or wish.tries >= MOST_TRIES:
            wish.state = WishState.FAILED
            if errand.kind is WishKind.TAKE:
                _not_led_away(one, outcome)
            one.call.look_at = now()
        else:  # to ask once more for what is so already changes nothing
            pause = outcome.pause if isinstance(outcome, Later) else 1.0
            wish.state, wish.due_at = WishState.WAITING, now() + timedelta(seconds=pause)


def _not_led_away(one: Held, outcome: Outcome) -> None:
    """The caller was to leave the office's line for whoever took the call."""
    if isinstance(outcome, Refused) and outcome.code in GONE:
        direct_steps.finish(one, direct_steps.end_of_inbound(one))  # they hung up a moment ago
    elif one.line.stage in {Stage.BROWSER, Stage.PHONE}:
        one.line.answered_by_id = None
        direct_steps.come_to(one, Stage.LINE)  # they still wait there; somebody may take the call again


def _placing(one: Held, wish: CallWish, outcome: Outcome, *, was_lost: bool) -> None:
    at = now()
    if isinstance(outcome, Done) and outcome.provider_id:
        _placed(one, wish, outcome.provider_id)
    elif one.line.own_call_id is not None:
        wish.state = WishState.DONE  # the carrier's news came before its answer
    elif isinstance(outcome, Found) and (match := the_lost_one(outcome.calls, one.line.reference(OWN))) is not None:
        _placed(one, wish, match.provider_id)
    elif was_lost and at - wish.wanted_at >= (GRACE if isinstance(outcome, Found) else LOOKS_FOR):
        _failed(one, wish, LOST)  # by now they wait no more: no phone shall ring out of the blue
    elif was_lost:  # nobody knows more than before
        wish.due_at = at + (timedelta(seconds=outcome.pause) if isinstance(outcome, Later) else LOOK_AGAIN)
    elif isinstance(outcome, Refused):
        _failed(one, wish, outcome.code)
    elif isinstance(outcome, Later) and wish.tries < MOST_TRIES and at - wish.wanted_at < GIVES_UP:
        wish.state, wish.due_at, wish.begun_at = WishState.WAITING, at + timedelta(seconds=outcome.pause), None
    elif isinstance(outcome, Later):
        _failed(one, wish, HouseCode.CARRIER_BUSY)
    else:
        wish.due_at = at + LOOK_AGAIN


def _placed(one: Held, wish: CallWish, provider_call_id: str) -> None:
    wish.state = WishState.DONE
    if direct_steps.adopt(one, OWN, provider_call_id) and one.call.is_over:
        steps.wish(one.call, WishKind.END)  # it was called off while the carrier was asked


def _failed(one: Held, wish: CallWish, code: str) -> None:
    wish.state = WishState.FAILED
    direct_steps.finish(one, CallState.FAILED, error_code=code)
