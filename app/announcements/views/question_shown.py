"""What sending it means, in sentences: who, what, when and at what cost. Asked before it goes out, and shown while it waits."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.announcements import audience as audiences
from app.announcements.answer_codes import without_links
from app.announcements.emergencies import emergency_words
from app.announcements.escalation import read
from app.announcements.models import Announcement, AnnouncementState, Category, Channel, TextOrigin
from app.announcements.planner import Plan
from app.announcements.queries.choosing import chips_of
from app.announcements.queries.readers import FEW, asked_of, some_readers, words_for
from app.announcements.service.planning import HOLD
from app.announcements.views.composer_shown import cents_words
from app.announcements.views.escalation_shown import sentence
from app.announcements.views.gaps_shown import LostFacts, NoSubject, Unread, lost, unread, unread_words, without_subject
from app.announcements.views.held_shown import held_words
from app.announcements.views.speaking import senders_words
from app.announcements.views.texts_shown import link_words
from app.announcements.views.words import (
    again_words,
    chip_words,
    copies,
    listed,
    missed_words,
    replies_words,
    send_to_name,
    skip_words,
    speaker_of,
    zone_of,
)
from app.core.clock import now
from app.core.database import db
from app.core.local_clock import LocalClock, local_clock
from app.core.presentation import gettext as _
from app.core.presentation import language_name, ngettext, numeral

NAMED = 4
LONGEST_SAID = 180


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is asked before it goes out."""

    title: str
    people: str
    who: str
    whom: str
    """By name, where it is sent on to a few of an earlier one."""
    left_out: str
    what: str
    emergency: str
    replies: str
    speaks: str
    """In whose name."""
    numbers: str
    """From which numbers and addresses it comes, and why texts begin with that name."""
    when: str
    calm: str
    """Until when it can be stopped."""
    night: str
    """Who waits for their morning, where nobody need be warned of it."""
    waits: str
    """How many are held back by the night, as a warning."""
    waits_all: bool
    """Whether nothing leaves before the morning."""
    may_hurry: bool
    """Whether the reader may make it an emergency, if it cannot wait."""
    ends: str
    cost: str
    goes_on: str
    unchecked: str
    unwritten: str
    unread: list[Unread]
    """Who gets a language that they do not read."""
    unread_in_all: str
    subjects: list[NoSubject]
    lost: list[LostFacts]
    """What translations lost of the original."""
    act: str


def question(announcement: Announcement, plan: Plan, reader: Staff) -> Confirmation:
    """All of it in sentences, for `reader`."""
    author = db.session.get_one(Staff, announcement.author_id)
    clock = local_clock(zone_of(announcement))
    sends = role_allows(reader.role, Permission.SEND_ANNOUNCEMENTS)
    is_emergency = announcement.category == Category.EMERGENCY
    people = ngettext("%(num)s person", "%(num)s people", plan.people_reached)
    families = ngettext("%(num)s family", "%(num)s families", plan.families_reached)
    both = _("%(people)s in %(families)s", people=people, families=families) if plan.families_reached else people
    is_later = announcement.scheduled_for is not None
    night = _("An emergency: it goes out at night, too.") if is_emergency else held_words(plan, clock, is_later=is_later)
    gaps = unread(announcement, plan)
    return Confirmation(
        title=_("Send to %(people)s?", people=both),
        people=both,
        who=_who(announcement, author, reader),
        whom=_whom(announcement, author, plan),
        left_out=_left_out(announcement, author, plan),
        what=listed([copies(name, plan.channels[name].addresses) for name in Channel if name in plan.channels]),
        emergency=emergency_words(announcement),
        replies=replies_words(announcement, reader),
        speaks=_("From %(name)s", name=speaker_of(announcement.school_id, announcement.district_id)),
        numbers=senders_words(announcement, author),
        when=_when(announcement, plan, clock, sends=sends),
        calm=_calm(is_later=is_later, sends=sends),
        night="" if plan.held else night,
        waits=night if plan.held else "",
        waits_all=plan.is_all_held,
        may_hurry=role_allows(reader.role, Permission.SEND_EMERGENCY),
        ends=_ends(plan, clock),
        cost=_cost(plan),
        goes_on=sentence(found) if (found := read(announcement.escalation)) else "",
        unchecked=_unchecked(announcement, plan),
        unwritten=_unwritten(announcement),
        unread=gaps,
        unread_in_all=unread_words(gaps) if gaps else "",
        subjects=without_subject(announcement, plan),
        lost=lost(announcement, plan),
        act=_act(announcement, clock, people),
    )


def _who(announcement: Announcement, author: Staff, reader: Staff) -> str:
    if announcement.audience.get("again_of"):
        return again_words(announcement.audience, announcement)
    included, _left_out = chips_of(author, audiences.read(announcement.audience), counted=False)
    names = [chip_words(chip, author, reader) for chip in included]
    if len(names) > NAMED:
        names = [*names[:NAMED], ngettext("%(num)s more", "%(num)s more", len(names) - NAMED)]
    if all(chip.kind in {"staff", "list"} for chip in included):  # nobody's guardians, unless the list names students
        return listed(names)
    return f"{listed(names)}, {send_to_name(announcement.send_to)}"


def _whom(announcement: Announcement, author: Staff, plan: Plan) -> str:
    """Nobody chose them: who they are is worth a look, and of many the list tells."""
    if not announcement.audience.get("again_of") or not 0 < plan.people_reached <= FEW:
        return ""
    names = [one.name.strip() for asked in asked_of(announcement, author).values() for one in some_readers(asked)]
    return listed(list(dict.fromkeys(filter(None, names))))


def _left_out(announcement: Announcement, author: Staff, plan: Plan) -> str:
    _included, left_out = chips_of(author, audiences.read(announcement.audience), counted=False)
    names = [chip.name for chip in left_out[:NAMED]]
    if len(left_out) > NAMED:
        names.append(ngettext("%(num)s more", "%(num)s more", len(left_out) - NAMED))
    sentences = [_("Left out: %(names)s.", names=listed(names))] if names else []
    missed = plan.people - plan.people_reached
    if missed:
        number = ngettext("%(num)s more person can’t be reached", "%(num)s more people can’t be reached", missed)
        channel = next(iter(plan.channels)) if len(plan.channels) == 1 else None
        named = listed(
            [f"{skip_words(reason, channel)} ({numeral(n)})" for reason, n in sorted(plan.missed.items(), key=lambda one: -one[1])]
        )
        sentences.append(_("%(people)s: %(reasons)s.", people=number, reasons=named) if named else f"{number}.")
    sentences += filter(None, [missed_words(announcement)])
    return " ".join(sentences)


def first_said(announcement: Announcement) -> str:
    """The words as their first reader gets them."""
    author = db.session.get_one(Staff, announcement.author_id)
    for channel, asked in asked_of(announcement, author).items():
        if readers := some_readers(asked):
            words = without_links(words_for(announcement, author, channel, readers[0])[1], link_words())
            body = " ".join(words.split())
            return body if len(body) <= LONGEST_SAID else f"{body[:LONGEST_SAID].rstrip()} …"
    return ""


def _when(announcement: Announcement, plan: Plan, clock: LocalClock, *, sends: bool) -> str:
    due = announcement.scheduled_for
    if plan.is_all_held and (due is None or due <= now() + HOLD):
        return _("As soon as the night is over")
    if due is not None and (due > now() or announcement.state == AnnouncementState.DRAFT):
        return clock.full(due)
    return _("Right away, 60 seconds after you confirm") if sends else _("As soon as it is approved")


def _calm(*, is_later: bool, sends: bool) -> str:
    if not sends:
        return _("An admin of the school looks at it before it goes out.")
    if is_later:
        return _("Check it once. Until then it can be moved or called off.")
    return _("Check it once. You’ll have 60 seconds to stop it after you confirm.")


def _ends(plan: Plan, clock: LocalClock) -> str:
    """When the last one leaves, where that takes longer than a moment."""
    begins, ends = datetime.fromisoformat(plan.planned_at).astimezone(UTC), plan.finish_at
    if ends is None or plan.held or (ends - begins).total_seconds() < 2 * 60:
        return ""
    return _("The last one leaves about %(time)s.", time=clock.ahead(ends))


def _cost(plan: Plan) -> str:
    """Of many people only some were weighed, whose names are filled in."""
    cost = cents_words(Decimal(str(plan.cents)))
    is_sure = not any(text.at_least for channel in plan.channels.values() for text in channel.languages)
    return _("About %(cost)s", cost=cost) if is_sure else _("About %(cost)s, with the names filled in", cost=cost)


def _act(announcement: Announcement, clock: LocalClock, people: str) -> str:
    if announcement.scheduled_for is not None:
        return _("Schedule for %(when)s", when=clock.ahead(announcement.scheduled_for))
    return _("Send to %(people)s", people=people)


def _unchecked(announcement: Announcement, plan: Plan) -> str:
    """Languages whose words no person has looked at, with their readers."""
    machine = {text.language for text in announcement.texts if text.origin == TextOrigin.MACHINE and text.channel in announcement.channels}
    readers: dict[str, int] = {}
    for one in plan.channels.values():
        for each in one.languages:
            readers[each.language] = max(readers.get(each.language, 0), each.people)
    named = [
        f"{language_name(language)} ({ngettext('%(num)s person', '%(num)s people', readers[language])})"
        for language in sorted(machine)
        if readers.get(language)
    ]
    return listed(named) if named else ""


def _unwritten(announcement: Announcement) -> str:
    """Where those who read another language end up."""
    if announcement.fallback_language is None:
        return _("Who reads another language than these gets nothing.")
    return _("Who reads another language than these gets it in %(language)s.", language=language_name(announcement.fallback_language))
