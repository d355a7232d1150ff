"""The composer as its template prints it: to whom, in which language, what speaks against it, and what was typed already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import ngettext

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.conversations.models import ConversationKind
from app.conversations.translation.choice import Reach, reach
from app.conversations.views import attached
from app.conversations.views.attached import ShownFile
from app.conversations.views.measuring import cents_words
from app.conversations.views.thread_shown import times_ahead
from app.core.content_types import FILE_TYPES
from app.core.ids import new_uuid
from app.core.local_clock import LocalClock
from app.core.phone_numbers import for_people
from app.core.prepared import Record
from app.core.presentation import gettext as _
from app.core.presentation import language_name
from app.core.quiet_hours import is_quiet, quiet_hours_of, recipient_zone
from app.core.sms import rates_of
from app.directory import stop_words
from app.directory.models import ContactHealth, ContactKind
from app.directory.queries.stops import Stops, stops_of

ACCEPTED = ",".join(sorted({extension for kind in FILE_TYPES for extension in kind.extensions}))


@dataclass(slots=True)
class Typed:
    """What a person had typed when a form was refused, or what stands in the draft."""

    body: str = ""
    is_note: bool = False
    translation: str = ""
    translated_by: str = ""
    as_mms: bool = False
    due_at: str = ""
    uuid: UUID | None = None
    files: list[ShownFile] = field(default_factory=list)
    errors: Mapping[str, str] = field(default_factory=dict)


class ComposerShown(NamedTuple):
    """What `_composer.html` prints."""

    conversation_id: int
    may_write: bool
    name: str
    number: str
    many: str
    locked: bool
    gate: str
    hint: str
    hint_glyph: str
    language: str | None
    language_name: str
    translates: Reach
    placeholder: str
    draft: str
    is_note: bool
    translation: str
    translated_by: str
    as_mms: bool
    due_at: str
    uuid: UUID
    files: tuple[ShownFile, ...]
    errors: Mapping[str, str] | None
    later: tuple[tuple[str, str], ...]
    now_local: str
    zone_name: str
    mms_cost: str
    accept: str = ACCEPTED


def _many(number: int, kind: str) -> str:
    """To how many, and whether they read each other: said where one writes."""
    if kind == ConversationKind.EACH:
        return str(ngettext("%(num)s guardian, privately", "%(num)s guardians, each privately", number))
    return str(ngettext("%(num)s guardian", "%(num)s guardians", number))


def composer_shown(
    head: Record, people: Sequence[Record], staff: Staff, clock: LocalClock, typed: Typed | None = None, *, is_answer: bool = False
) -> ComposerShown:
    """The composer of one conversation for one person."""
    typed = typed or Typed(head.draft or "", bool(head.draft_is_note), files=attached.shown(head.unsent, staff.id))
    theirs = [each for each in people if each.contact_point_id and each.left_at is None]
    partner = theirs[-1] if head.kind == ConversationKind.DIRECT and theirs else None
    name = (partner.given_name or head.title) if partner else head.title
    locked, hint, glyph = _reason(partner, name, clock, head, is_answer=is_answer) if partner else (False, "", "")
    local = clock.local(datetime.now(clock.zone))
    language = head.language if head.language != clock.reader.split("_")[0] else None  # both read the same: nothing to translate
    placeholder = _("Write a message")
    translates = reach()
    if language and translates is Reach.NOTHING:
        placeholder = _("Write a message. %(name)s reads %(language)s", name=name, language=language_name(language))
    elif language:
        placeholder = _("Write in %(mine)s, %(name)s reads %(language)s", mine=language_name(clock.reader), name=name,
                        language=language_name(language))  # fmt: skip
    rates = rates_of(head.settings or {})
    return ComposerShown(
        conversation_id=head.id,
        may_write=role_allows(staff.role, Permission.WRITE_THREADS),
        name=name,
        number=for_people(partner.address) if partner and partner.address else "",
        many=_many(len(theirs), head.kind) if not partner and theirs else "",
        locked=locked,
        gate=head.assignee if head.assigned_to_id and head.assigned_to_id != staff.id else "",
        hint=hint,
        hint_glyph=glyph,
        language=language,
        language_name=language_name(language) if language else "",
        translates=translates,
        placeholder=placeholder,
        draft=typed.body,
        is_note=typed.is_note or locked,
        translation=typed.translation,
        translated_by=typed.translated_by,
        as_mms=typed.as_mms,
        due_at=typed.due_at,
        uuid=typed.uuid or new_uuid(),
        files=tuple(typed.files),
        errors=typed.errors or None,
        later=times_ahead(clock, local),
        now_local=f"{local:%Y-%m-%dT%H:%M}",
        zone_name=f"{local:%Z}",
        mms_cost=cents_words(rates.of_mms()),
    )


def _reason(partner: Record, name: str, clock: LocalClock, head: Record, *, is_answer: bool) -> tuple[bool, str, str]:
    """Whether texts cannot go to this address, what to say about it, and with which icon."""
    stops = stops_of(head.district_id, [partner.address]).get(partner.address) if partner.opted_out_at else None
    if (why := _why_not(partner, name, clock, stops)) is not None:
        return True, *why
    elsewhere = _from_elsewhere(partner, name, stops)
    hour = _hour(partner, name, clock, head, is_answer=is_answer)
    return False, f"{elsewhere} {hour}".strip(), "info-circle" if elsewhere else "moon" if hour else ""


def has_stopped(partner: Record) -> bool:
    """Whether nothing may leave to this phone: it stopped our number, or another one and never wrote to this."""
    return bool(partner.opted_out_at) and (bool(partner.has_stopped_ours) or not partner.has_written)


def _from_elsewhere(partner: Record, name: str, stops: Stops | None) -> str:
    """For who stopped another number of ours: from which one this leaves, and which ones do not reach them."""
    if stops is None or not partner.our_number:
        return ""
    stopped, ours = stop_words.senders(stops.stopped), for_people(partner.our_number)
    return _("%(name)s stopped texts from %(senders)s. This leaves from %(ours)s, to which %(name)s wrote.",
             name=name, senders=stopped, ours=ours)  # fmt: skip


def _hour(partner: Record, name: str, clock: LocalClock, head: Record, *, is_answer: bool) -> str:
    zone = recipient_zone(head.time_zone, own=partner.time_zone, postal_code=partner.postal_code, phone=partner.address)
    moment = datetime.now(zone)
    if not is_quiet(moment, zone, quiet_hours_of(head.settings or {})):
        return ""
    night, there = quiet_hours_of(head.settings or {}), LocalClock(zone, clock.reader, moment.date())
    begins, ends = (there.time(datetime.combine(moment.date(), each, zone)) for each in (night.start, night.end))
    if is_answer:  # said so that it stays true on a page that is open for hours
        return _("Quiet hours where %(name)s is: %(start)s to %(end)s. An answer to what they wrote goes out all the same.",
                 start=begins, end=ends, name=name)  # fmt: skip
    return _("Quiet hours where %(name)s is: %(start)s to %(end)s. Until they end, a text waits.", start=begins, end=ends, name=name)


def _why_not(partner: Record, name: str, clock: LocalClock, stops: Stops | None) -> tuple[str, str] | None:
    number = for_people(partner.address) if partner.address else ""
    if has_stopped(partner):
        day = clock.day(clock.local(partner.opted_out_at).date())
        if stops is not None:
            return stop_words.refusal(name, stops, for_people(partner.our_number or ""), day), "ban"
        said = _("%(name)s texted STOP (%(day)s). You can call; only %(name)s can opt back in, by texting START.", name=name, day=day)
        return said, "ban"
    if partner.kind == ContactKind.LANDLINE:
        said = _("%(number)s is a landline. It can’t get texts, but a voice message will reach it.", number=number)
        return said, "device-landline-phone"
    if partner.health in {ContactHealth.DEAD, ContactHealth.WRONG}:
        return _("%(number)s is not in use any more. Ask the family for the new number.", number=number), "alert-circle"
    if partner.pairing_deactivated_at:
        return _("This number’s line is stopped. Open it again under More, or begin a new conversation."), "link-off"
    return None
