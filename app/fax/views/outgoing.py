"""One fax that goes out, beside the list: how far it is, what happened each time, and what can be done."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template

from app.accounts.behind import author_named
from app.accounts.models import Staff
from app.carrier.fax_choice import may_call_off
from app.carrier.fax_codes import FaxCode
from app.core.clock import now
from app.core.database import db
from app.core.ids import new_uuid
from app.core.local_clock import LocalClock, local_clock, zone_of
from app.core.phone_numbers import for_people
from app.core.presentation import decimal, ngettext
from app.core.presentation import gettext as _
from app.delivery.fax.models import ARRIVED
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import District
from app.fax.estimate import estimate
from app.fax.models import Direction, Fax, FaxStatus
from app.fax.queries_sending import pages_of, parts_of, zone_of_fax
from app.fax.queries_tries import Try, tries_of
from app.fax.sent_words import Fate, fate_of, try_words
from app.fax.service.retrying import PATIENT_PAUSE, PATIENT_TRIES, arrived
from app.fax.views.forwarding import kept_fact
from app.fax.views.previewing import paper
from app.fax.views.showing import inputs, shows
from app.fax.views.shown import name_of


@dataclass(frozen=True, slots=True)
class TryShown:
    """One line of "What happened"."""

    words: str
    more: str
    time: str
    stamp: str
    glyph: str
    tone: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far it is."""

    tone: str
    glyph: str
    title: str
    more: str
    leaves_at: str = ""
    """For the countdown: when it can no longer be taken back."""
    decide_at: str = ""
    """Where somebody says what became of it."""


@shows(Direction.OUT)
def outgoing(fax: Fax, staff: Staff, *, refused: str = "") -> bytes:
    """Both panes."""
    return rendered(fax, staff, refused=refused)


def rendered(fax: Fax, staff: Staff, *, error: str = "", wrong: str = "", given: Any = None, refused: str = "") -> bytes:
    """The same with what was refused, and what was written then."""
    when = local_clock(zone_of_fax(fax), staff.language)
    delivery = db.session.get(Delivery, fax.delivery_id) if fax.delivery_id else None
    shown = inputs(fax, staff)
    tries, known = tries_of(fax.id), shown["about"]
    fate = fate_of(fax, tries) if fax.status == FaxStatus.FAILED else None
    works = shown["works"]
    pages = paper(fax, pages_of(parts_of(fax.id)), staff.id)
    is_waiting = delivery is not None and delivery.state == DeliveryState.PENDING
    shown |= {
        "head": _head(fax, when, _begun_by(fax, known.people.get(fax.author_id or 0, ""))),
        "standing": _standing(fax, delivery, tries, when, fate), "fate": fate, "tries": [_try(one, fax, when) for one in tries],
        "may_recall": works and is_waiting and fax.status in {FaxStatus.QUEUED, FaxStatus.SCHEDULED},
        "may_stop": works and _may_stop(fax, delivery),
        "form": _form(fax, given) if fate is not None and works else None, "when": _when(when), "missing": _missing(fax), "error": error,
        "wrong": wrong, "price": _price(fax), "facts": [*_facts(fax, when, known.own_number), kept_fact(fax, when)], "uuid": new_uuid(),
        "pages": pages, "is_waiting": False,
        "at": _at(fax), "zone_name": when.zone.key.split("/")[-1].replace("_", " "), "refused": refused,
    }  # fmt: skip
    return render_template("fax/_outgoing.html", **shown).encode()


def _may_stop(fax: Fax, delivery: Delivery | None) -> bool:
    is_there = delivery is not None and delivery.provider_id is not None
    return fax.status == FaxStatus.SENDING and is_there and may_call_off(current_app)


def _begun_by(fax: Fax, name: str) -> str:
    author = db.session.get(Staff, fax.author_id) if fax.bearer_id is not None and fax.author_id is not None else None
    return author_named(author, fax.bearer_id) if author is not None else name


def _head(fax: Fax, when: LocalClock, author: str) -> str:
    count = ngettext("%(num)s page", "%(num)s pages", fax.pages)
    begun = _("started by %(name)s, %(time)s", name=author, time=when.full(fax.created_at)) if author else when.full(fax.created_at)
    return " · ".join((for_people(fax.address), count, begun))


def _standing(fax: Fax, delivery: Delivery | None, tries: list[Try], when: LocalClock, fate: Fate | None) -> Standing:
    if fate is not None:
        return Standing("danger", "alert-circle", fate.title, fate.more)
    if fax.status == FaxStatus.DRAFT:
        return Standing("info", "pencil", _("This is a draft."), _("Nobody has sent it yet."))
    if fax.status == FaxStatus.SENT:
        return _sent(fax, tries, when)
    if delivery is not None and delivery.doubtful_since is not None:
        return Standing(
            "warn", "alert-triangle", _("Nobody can say yet whether the carrier has it."),
            _("It is not sent blindly a second time. Call and ask whether it arrived, then decide."), decide_at="/settings/undelivered",
        )  # fmt: skip
    if delivery is not None and delivery.state == DeliveryState.PENDING:
        return _waiting(fax, delivery, tries, when)
    return Standing("info", "phone-outgoing", _("On the line."), _on_the_line(fax, tries))


def _sent(fax: Fax, tries: list[Try], when: LocalClock) -> Standing:
    took = next((one for one in tries if one.outcome == ARRIVED), None)
    at = when.full(fax.finished_at) if fax.finished_at else ""
    said = [_("All pages arrived, %(time)s.", time=at)]
    if fax.from_page > 1:
        some = {"first": fax.from_page, "last": fax.pages, "time": at}
        said = [_("Pages %(first)s to %(last)s arrived, %(time)s. Those before had arrived earlier.", **some)]
    if took is not None and took.seconds:
        said.append(_("It took %(time)s.", time=duration(took.seconds)))
    if took is not None and took.number > 1:
        said.append(_("It went through on try %(number)s.", number=took.number))
    return Standing("ok", "checks", _("Delivered."), " ".join(said))


def _waiting(fax: Fax, delivery: Delivery, tries: list[Try], when: LocalClock) -> Standing:
    if fax.status == FaxStatus.SCHEDULED and fax.send_at is not None:
        at = when.ahead(delivery.due_at)
        return Standing("info", "clock", _("Goes out %(time)s.", time=at), _("Until then it can be changed or taken back."))
    if delivery.held_until is not None:
        at = when.ahead(delivery.held_until)
        return Standing(
            "info", "moon", _("It is night there, so it goes out at %(time)s.", time=at),
            _("Nobody knows yet whether a person would be woken. Once a fax machine answered there, faxes go out at any hour."),
        )  # fmt: skip
    if fax.failure and tries:
        return Standing(
            "warn", "refresh",
            _("%(what)s. It is tried again at %(time)s.", what=try_words(tries[0], fax), time=when.time(delivery.due_at)),
            _("You need not do anything. Take it back to change it."),
        )  # fmt: skip
    return Standing(
        "info", "send-2", _("Leaves in a moment."), _("Until then you can take it back."), leaves_at=delivery.due_at.isoformat()
    )  # fmt: skip


def _on_the_line(fax: Fax, tries: list[Try]) -> str:
    count = ngettext("%(num)s page goes to %(name)s.", "%(num)s pages go to %(name)s.", fax.pages - fax.from_page + 1, name=name_of(fax))
    number = tries[0].number if tries else 1
    return f"{count} {_('Try %(number)s.', number=number)}" if number > 1 else count


def _try(one: Try, fax: Fax, when: LocalClock) -> TryShown:
    said = [_("Try %(number)s of %(all)s", number=one.number, all=one.of)]
    if one.seconds:
        said.append(_("connected %(time)s", time=duration(one.seconds)))
    if one.address != fax.address:
        said.append(for_people(one.address))
    if one.raw_code and one.outcome == FaxCode.FAILED:
        said.append(one.raw_code)
    is_good, is_over = one.outcome == ARRIVED, one.outcome is not None
    local = when.local(one.at).date()
    time = when.time(one.at) if local == when.today else when.full(one.at)
    glyph = "checks" if is_good else "circle-x" if is_over else "phone-outgoing"
    return TryShown(try_words(one, fax), ", ".join(said), time, one.at.isoformat(), glyph, "ok" if is_good else "" if is_over else "busy")


def duration(seconds: int) -> str:
    """Such as "1 min 50 s"."""
    minutes, rest = divmod(seconds, 60)
    return _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest) if minutes else _("%(seconds)s s", seconds=rest)


def _form(fax: Fax, given: Any) -> dict[str, str]:
    """What stands in "Edit and try again"."""
    usual = {
        "number": for_people(fax.address), "name": fax.name, "attention": fax.attention, "which": "all", "when": "now", "at": "",
        "quality": fax.quality,
    }  # fmt: skip
    return usual | {name: given.get(name, "") for name in usual if given is not None and name in given}


def _missing(fax: Fax) -> str:
    """Which pages have not arrived, where some have."""
    known = arrived(fax)
    if not 0 < known < fax.pages:
        return ""
    return (
        _("Only page %(page)s", page=fax.pages)
        if known + 1 == fax.pages
        else _("Only pages %(first)s to %(last)s", first=known + 1, last=fax.pages)
    )


def _when(when: LocalClock) -> dict[str, str]:
    return {
        "now": _("It’s %(time)s", time=when.time(now())), "patient": _("Up to %(tries)s tries", tries=PATIENT_TRIES),
        "minutes": str(PATIENT_PAUSE // 60),
    }  # fmt: skip


def _price(fax: Fax) -> str:
    settings = db.session.get_one(District, fax.district_id).settings
    cents = estimate(fax.pages, fax.quality, settings).cents
    return _("Same price, $%(price)s. Failed tries cost nothing.", price=decimal(cents / 100, "#,##0.00"))


def _facts(fax: Fax, when: LocalClock, own_number: str) -> list[tuple[str, str]]:
    rows = [
        (_("From"), fax.own_name),
        ("", for_people(own_number) if own_number else ""),
        (_("To"), fax.name or for_people(fax.address)),
        ("", for_people(fax.address) if fax.name else ""),
        (_("Attention"), fax.attention),
        (_("Subject"), fax.subject),
        (_("Quality"), _("Fine") if fax.quality == "fine" else _("Standard")),
        (_("Begun"), when.full(fax.created_at)),
        (_("Over"), when.full(fax.finished_at) if fax.finished_at else ""),
        (_("Tells of the outcome"), ", ".join(fax.emails)),
    ]
    return [(label, value) for label, value in rows if value]


def _at(fax: Fax) -> str:
    """For the field of a time to come."""
    return fax.send_at.astimezone(zone_of(zone_of_fax(fax))).strftime("%Y-%m-%dT%H:%M") if fax.send_at else ""
