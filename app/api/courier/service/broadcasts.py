"""One message to many: an announcement of the house, which counts, asks, paces and holds as if a person had written it."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.accounts.models import Staff
from app.announcements import service as announcements
from app.announcements.audience import read, student_ids
from app.announcements.errors import TypeTheName
from app.announcements.models import Announcement, AnnouncementState, Channel
from app.announcements.planner import Plan
from app.announcements.service import Draft, DraftText
from app.announcements.speakers import usual_school
from app.api.courier.models import BulkMessage, Multicast
from app.api.courier.queries import people
from app.api.courier.service.audiences import Chosen
from app.api.courier.service.templates import filled, template_named
from app.api.refusals import Refused, Why
from app.conversations import service as threads
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.directory.models import Guardian, Guardianship

MOST_OPENED = 100
"""So many channels are opened when a bulk message is posted; of more, each is opened by its first answer."""
TITLE = 60


@dataclass(frozen=True, slots=True)
class Words:
    """What is said, by language; the first is for those in whose language there is nothing."""

    by_language: dict[str, str]
    message: str | None
    by_locale: dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """How a multicast was asked for."""

    template: str
    data: dict[str, Any]
    filters: dict[str, Any]
    school_id: int | None
    names_organization: bool
    is_personal: bool


def keep_bulk(
    staff: Staff, words: Words, chosen: Chosen, *, school_id: int | None, ids: dict[str, Any], opens_channels: bool
) -> BulkMessage:
    """A bulk message that is not posted yet. Raises as the room's `create`."""
    draft = Draft(
        title=next(iter(words.by_language.values()))[:TITLE],
        school_id=school_id if school_id is not None else usual_school(staff, chosen.audience),
        send_to=chosen.send_to, audience=chosen.audience, channels=(Channel.SMS,), texts=_texts(words),
        fallback_language=next(iter(words.by_language)),
    )  # fmt: skip
    with transaction():
        announcement = announcements.create(staff, draft)
        bulk = BulkMessage(
            district_id=staff.district_id, created_by_id=staff.id, announcement_id=announcement.id, message=words.message,
            by_locale=words.by_locale, opens_channels=opens_channels, **ids,
        )  # fmt: skip
        db.session.add(bulk)
        db.session.flush()
    return bulk


def reword_bulk(staff: Staff, bulk: BulkMessage, words: Words) -> None:
    """Other words for one that is not posted yet. Raises as the room's `save`: NotADraft, Changed."""
    announcement = of(bulk)
    draft = replace(
        announcements.draft_of(announcement), texts=_texts(words), fallback_language=next(iter(words.by_language)),
        title=next(iter(words.by_language.values()))[:TITLE],
    )  # fmt: skip
    with transaction():
        announcements.save(staff, announcement.id, draft, version=announcement.version)
        held = db.session.get_one(BulkMessage, bulk.id)
        held.message, held.by_locale = words.message, words.by_locale


def post_bulk(staff: Staff, bulk: BulkMessage, *, confirmed: str | None) -> None:
    """Send it, or hand it in for approval, and open channels where that is wanted. Raises Refused, and what stands in the way."""
    send(staff, of(bulk), confirmed=confirmed)
    if bulk.opens_channels:
        _open_channels(staff, of(bulk))


def multicast(staff: Staff, asked: Asked, chosen: Chosen, *, confirmed: str | None = None) -> Multicast:
    """Fill a template and send it; nothing is kept where it is refused. Raises NotVisible, Refused, and what stands in the way."""
    announcement = _from_template(staff, asked, chosen)
    try:
        with transaction():
            row = Multicast(
                district_id=staff.district_id, staff_id=staff.id, school_id=asked.school_id, announcement_id=announcement.id,
                is_personal=asked.is_personal, template=asked.template, data=asked.data, filters=asked.filters,
            )  # fmt: skip
            db.session.add(row)
            db.session.flush()
        send(staff, announcement, confirmed=confirmed)
    except (HomeroomError, Refused):
        announcements.discard(staff, announcement.id)
        raise
    return row


def rehearse(staff: Staff, asked: Asked, chosen: Chosen) -> Plan:
    """What a multicast would do; nothing is kept. Raises as `multicast`."""
    announcement = _from_template(staff, asked, chosen)
    try:
        return announcements.plan(staff, announcement.id, version=announcement.version)
    finally:
        announcements.discard(staff, announcement.id)


def send(staff: Staff, announcement: Announcement, *, confirmed: str | None) -> None:
    """Count what it does, and accept that. Raises Refused where far more people are to be confirmed by a name, and as the room."""
    counted = announcements.plan(staff, announcement.id, version=announcement.version)
    try:
        announcements.accept(
            staff, announcement.id, version=announcement.version, fingerprint=counted.fingerprint, typed_name=confirmed
        )  # fmt: skip
    except TypeTheName as error:
        sentence = f"{error.advice} Send that name as meta.confirm of the document."
        raise Refused(Why.RULE, sentence, code=error.code, field="body/meta/confirm") from error


def of(row: BulkMessage | Multicast) -> Announcement:
    """The announcement that a row is, as it is now."""
    return db.session.get_one(Announcement, row.announcement_id, populate_existing=True)


def _texts(words: Words) -> tuple[DraftText, ...]:
    return tuple(DraftText(Channel.SMS, language, body) for language, body in words.by_language.items())


def _from_template(staff: Staff, asked: Asked, chosen: Chosen) -> Announcement:
    template = template_named(staff, asked.template)
    school_id = asked.school_id if asked.names_organization else usual_school(staff, chosen.audience)
    draft = replace(
        template, school_id=school_id, audience=chosen.audience, send_to=chosen.send_to, scheduled_for=None,
        texts=tuple(filled(text, asked.data) for text in template.texts),
    )  # fmt: skip
    return announcements.create(staff, draft)


def _open_channels(staff: Staff, announcement: Announcement) -> None:
    """A conversation with each of the named families; who cannot be texted has none, and a large audience gets them by answering."""
    if announcement.state == AnnouncementState.AWAITING_APPROVAL:
        return
    chosen = read(announcement.audience)
    students = list(db.session.scalars(student_ids(staff, chosen).limit(MOST_OPENED + 1)))
    if len(students) > MOST_OPENED:
        return
    guardians = people.main_contacts(students)
    if chosen.without_guardians:
        guardians = [each for each in _adults(students) if each.id not in chosen.without_guardians]
    for point in people.points_of(guardians).values():
        try:
            threads.start_direct(staff, point.id)
        except HomeroomError:
            continue  # the announcement's own report says why somebody gets nothing


def _adults(students: list[int]) -> list[Guardian]:
    around = select(Guardian).join(Guardianship, Guardianship.guardian_id == Guardian.id)
    found = db.session.scalars(
        around.where(Guardianship.student_id.in_(students), Guardianship.is_active.is_(True), Guardianship.may_contact.is_(True))
    )
    return list(dict.fromkeys(found))
