"""The email by which a fax is sent on. Its subject names no child: subjects stand on screens and in lists that many see."""

from typing import Protocol

from flask_babel import ngettext

from app.accounts.models import Staff
from app.core.database import db
from app.core.local_clock import clock_for_records
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.delivery.service import Letter
from app.directory.models import District, PhoneNumber, School
from app.fax.forward_links import address_of
from app.fax.models import Fax, FaxForward, ForwardWay


class Document(Protocol):
    """What is attached."""

    @property
    def key(self) -> str: ...  # noqa: D102  # the names say it
    @property
    def content_type(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102


def letter_of(fax: Fax, forward: FaxForward, document: Document, sender: Staff | None) -> Letter:
    """In the language of whoever sends it on; with the document, or the link to it."""
    school = db.session.get(School, fax.school_id) if fax.school_id else None
    district = db.session.get_one(District, fax.district_id)
    house = school or district
    when = clock_for_records(house.time_zone)
    other = other_side(fax)
    pages = ngettext("%(num)s page", "%(num)s pages", fax.pages)
    if fax.is_inbound:
        subject = _("Fax from %(name)s, %(pages)s", name=fax.name or other, pages=pages)
        facts = [_("From: %(who)s", who=other), _("Received: %(time)s", time=when.full(fax.created_at))]
    else:
        subject = _("Fax to %(name)s, %(pages)s", name=fax.name or other, pages=pages)
        facts = [_("To: %(who)s", who=other), _("Written: %(time)s", time=when.full(fax.created_at))]
    facts.append(_("Pages: %(count)s", count=fax.pages))
    is_link = forward.way == ForwardWay.LINK
    parts = [forward.words, _opening(fax, house.name, sender), "\n".join(facts)]
    if is_link and forward.expires_at is not None:
        until = when.full(forward.expires_at)
        parts.append(_("Open the fax here. The link needs no account and works until %(time)s:", time=until) + f"\n{address_of(forward)}")
    else:
        parts.append(_("The fax is attached."))
    media = () if is_link else ({"key": document.key, "content_type": document.content_type, "name": document.name},)
    return Letter(
        subject, "\n\n".join(filter(None, parts)), forward.language, fax.school_id, sender.mailbox if sender else None, media,
        is_for_offices=True,
    )  # fmt: skip


def other_side(fax: Fax) -> str:
    """The name and the number of whom it came from, or went to."""
    number = for_people(fax.address) if fax.address else _("a hidden number")
    return f"{fax.name}, {number}" if fax.name else number


def _opening(fax: Fax, house: str, sender: Staff | None) -> str:
    if sender is not None:
        return _("%(name)s at %(school)s forwards this fax to you.", name=sender.shown_name, school=house)
    number = db.session.get(PhoneNumber, fax.phone_number_id) if fax.phone_number_id else None
    ours = for_people(number.address) if number is not None else ""
    return _("This fax came to %(school)s at %(number)s and is forwarded to you by itself.", school=house, number=ours)
