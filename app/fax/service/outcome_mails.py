"""Emails that tell how it ended: of a fax that was sent, to whoever wished to know; of one that was forwarded in vain, to who did it."""

from flask import current_app
from flask_babel import force_locale, ngettext
from sqlalchemy import select, update

from app.accounts.models import Staff
from app.carrier.error_codes import explain
from app.config import Settings
from app.core.clock import now
from app.core.database import db
from app.core.events import within
from app.core.local_clock import clock_for_records
from app.core.presentation import gettext as _
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery, DeliveryState
from app.delivery.service import Letter, LetterRequest, Mailbox, enqueue_letter
from app.directory.models import District, School
from app.fax.events import FaxChanged
from app.fax.forward_letters import other_side
from app.fax.forward_words import advice
from app.fax.models import Fax, FaxForward, FaxStatus

OWNER, NEVER_LEFT = "fax_outcome", "fax_never_left"
"""What such an email is about: a time that a fax was sent, or a fax that never left."""
OVER = frozenset({FaxStatus.SENT, FaxStatus.FAILED})


@within(FaxChanged)
def tell_outcome(fact: FaxChanged) -> None:
    """Once for each time that a fax left: told in the commit in which it ended, and known by the delivery it is about."""
    fax = db.session.get(Fax, fact.fax_id)
    if fax is None or fax.is_inbound or fax.status not in OVER or not fax.emails or fax.delivery_id is None:
        return
    told = select(Delivery.id).where(Delivery.owner_kind == OWNER, Delivery.owner_id == fax.delivery_id).limit(1)
    if db.session.scalar(told) is not None:
        return
    _post(fax, fax.delivery_id, _letter(fax), fax.emails)


def tell_never_left(fax: Fax) -> None:
    """It failed before any machine was called. Belongs into that transaction."""
    if fax.emails:
        _post(fax, fax.id, _letter(fax), fax.emails, owner=NEVER_LEFT)


def tell_forward_failed(forward: FaxForward, fax: Fax) -> None:
    """Who forwarded it learns that it did not arrive, though the page was left long ago. Belongs into a transaction."""
    staff = db.session.get(Staff, forward.staff_id) if forward.staff_id else None
    if staff is None or not staff.is_person or not staff.is_active or forward.delivery_id is None or staff.email == forward.address:
        return
    with force_locale(staff.language):
        subject = _("Your fax was not forwarded to %(address)s", address=forward.address)
        facts = _("The fax of %(name)s was not forwarded to %(address)s.", name=other_side(fax), address=forward.address)
        body = "\n\n".join([facts, advice(forward.error_code), _where(fax)])
        letter = Letter(subject, body, staff.language, fax.school_id, is_for_offices=True)
    _post(fax, forward.delivery_id, letter, [staff.email])


@within(DeliveryChanged)
def settle(fact: DeliveryChanged) -> None:
    """Such an email that did not arrive is no family that the office must look after: the fax itself says how it ended."""
    if fact.owner_kind in {OWNER, NEVER_LEFT} and fact.state == DeliveryState.FAILED:
        db.session.execute(update(Delivery).where(Delivery.id == fact.delivery_id).values(settled_at=now()))


def _letter(fax: Fax) -> Letter:
    author = db.session.get(Staff, fax.author_id) if fax.author_id else None
    with force_locale(author.language if author is not None else db.session.get_one(District, fax.district_id).language):
        return _letter_of(fax, author.language if author is not None else "en")


def _letter_of(fax: Fax, language: str) -> Letter:
    house = db.session.get(School, fax.school_id) if fax.school_id else db.session.get(District, fax.district_id)
    who, when = other_side(fax), fax.finished_at or now()
    time = clock_for_records(house.time_zone).full(when) if house is not None else f"{when:%Y-%m-%d %H:%M}"
    if fax.status == FaxStatus.SENT:
        subject = _("Your fax to %(name)s was sent", name=fax.name or who)
        pages = ngettext("%(num)s page", "%(num)s pages", fax.sent_pages or fax.pages)
        body = _("%(pages)s arrived at %(who)s on %(time)s.", pages=pages, who=who, time=time)
    else:
        subject = _("Your fax to %(name)s was not sent", name=fax.name or who)
        why = str(explain(fax.failure).advice)
        body = _("The fax to %(who)s was not sent. %(why)s Nothing is lost: change it and send it again.", who=who, why=why)
    return Letter(subject, f"{body}\n\n{_where(fax)}", language, fax.school_id, is_for_offices=True)


def _where(fax: Fax) -> str:
    settings: Settings = current_app.extensions["settings"]
    return _("The fax in Homeroom: %(address)s", address=f"{settings.public_url.rstrip('/')}/fax/{fax.id}")


def _post(fax: Fax, about: int, letter: Letter, addresses: list[str], *, owner: str = OWNER) -> None:
    mailboxes = tuple(Mailbox(address) for address in dict.fromkeys(addresses))
    enqueue_letter(LetterRequest(fax.district_id, owner, about, letter, mailboxes, is_reply=True))
