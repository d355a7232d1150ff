"""What became of families, languages and reasons as a whole. Counted one by one up to a size; beyond it the stored numbers speak."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Self

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select, text
from sqlalchemy.orm import aliased

from app.announcements.counts import Counts
from app.announcements.further import with_all_after
from app.announcements.models import CALLED_OFF, Announcement, AnnouncementLetter, AnnouncementRecipient, Channel, SkipReason
from app.announcements.recipients_again import OWNER, gave_answer, with_its_steps, wrote
from app.core.database import db
from app.delivery.models import UNREACHED, Delivery, DeliveryState
from app.directory.models import ContactPoint

COUNTABLE = 50_000
"""Recipients up to which families are counted one by one; beyond it the stored numbers speak, which are exact for people."""
LEAVING = (DeliveryState.PROCESSING, DeliveryState.SENDING)
"""On its way, whatever is called off since; what is pending is not any more."""


class Fate(IntEnum):
    """Of a family, the best that any of its adults came to over any channel or step."""

    NO_WAY = -1
    """Nothing could be sent to any of its adults: that was known before."""
    NOBODY = 0
    """Nobody of the family heard it, and nothing more is on its way to them."""
    UNCONFIRMED = 1
    """It was sent, and nobody knows whether it arrived: emails are not followed into the reader's hands."""
    LETTER = 2
    """Printed, and not said to be handed out."""
    ON_THE_WAY = 3
    REACHED = 4
    """Delivered to one of its adults at least, or answered by one, or a letter was handed out."""


@dataclass(frozen=True, slots=True)
class Fates:
    """Families, each in exactly one place, so that they add up to all; of what went to no family, the people or phones it went to."""

    reached: int
    on_the_way: int
    letters: int
    unconfirmed: int
    unreached: int
    """It was sent, or was to be, and came to nobody."""
    no_way: int
    """Nothing could be sent to any of its adults."""
    of_people: int = 0
    """1 where these are people: colleagues, and phones of a list, and no family is among them."""

    @classmethod
    def read(cls, kept: Mapping[str, int]) -> Self:
        """As another version may have kept them: what that did not know is nobody, what this does not know is passed over."""
        return cls(**{field.name: int(kept.get(field.name, 0)) for field in fields(cls)})

    @property
    def families(self) -> int:
        """All."""
        return self.reached + self.on_the_way + self.letters + self.unconfirmed + self.unreached + self.no_way


@dataclass(frozen=True, slots=True)
class Why:
    """A reason why people were not reached. `outcome` and `reason` narrow the table of families to them."""

    channel: str
    outcome: str
    reason: str | None
    people: int
    families: int | None = None
    """In how many families; None where these are not counted."""
    others: int = 0
    """Of the people, staff and phones of lists, who are of no family."""
    since: int = 0
    """Of these, whom something reached that was sent after it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many of those written to in a language have it."""

    language: str
    people: int
    delivered: int


_TWIN = aliased(AnnouncementRecipient)
"""Whose phone a recipient shares, so that nothing was sent for these."""
WHO_GOT_IT = func.coalesce(_TWIN.id, AnnouncementRecipient.id)
"""The recipient for whom it was sent: who shares a phone with another one hears what arrives there."""


def each_family(announcement_id: int) -> Any:
    """A family a row: family_id and fate, by it, its steps and all that was sent on from it. For announcements of a countable size."""
    recipient, letter = AnnouncementRecipient, AnnouncementLetter
    says_so = gave_answer(announcement_id, WHO_GOT_IT)
    fate = _fate([letter.handed_out_at.is_not(None), says_so], letter.id.is_not(None))
    return (
        _with_deliveries(select(recipient.family_id, func.max(fate).label("fate")))
        .outerjoin(letter, and_(letter.announcement_id == announcement_id, letter.family_key == recipient.family_id))
        .where(recipient.announcement_id.in_(with_all_after(announcement_id)), recipient.family_id.is_not(None))
        .group_by(recipient.family_id)
        .having(_is_among_its_own(announcement_id))
    )


def each_person(announcement_id: int) -> Any:
    """The same of who was chosen as a person: a colleague or a line of a list a row, with staff_id, list_row_id and fate."""
    recipient = AnnouncementRecipient
    fate = _fate([gave_answer(announcement_id, WHO_GOT_IT)], false())
    return (
        _with_deliveries(select(recipient.staff_id, recipient.list_row_id, func.max(fate).label("fate")))
        .where(recipient.announcement_id.in_(with_all_after(announcement_id)), recipient.family_id.is_(None))
        .group_by(recipient.staff_id, recipient.list_row_id)
        .having(_is_among_its_own(announcement_id))
    )


def _is_among_its_own(announcement_id: int) -> ColumnElement[bool]:
    """Whether a group of recipients had it from the announcement or its steps, and not only from what was sent on."""
    return func.max(case((AnnouncementRecipient.announcement_id.in_(with_its_steps(announcement_id)), 1), else_=0)) == 1


def each_family_of_each(announcement_ids: Collection[int]) -> Any:
    """A family of each a row: announcement_id, family_id and fate, by what these sent themselves: without letters and answers."""
    recipient = AnnouncementRecipient
    return (
        _with_deliveries(select(recipient.announcement_id, recipient.family_id, func.max(_fate([], false())).label("fate")))
        .where(recipient.announcement_id.in_(announcement_ids), recipient.family_id.is_not(None))
        .group_by(recipient.announcement_id, recipient.family_id)
    )


def with_twins(query: Any) -> Any:
    """From the recipients, each with whose phone they share."""
    recipient, point = AnnouncementRecipient, ContactPoint
    shares = recipient.reason == SkipReason.SAME_ADDRESS
    is_twin = (_TWIN.announcement_id == recipient.announcement_id, _TWIN.channel == recipient.channel, _TWIN.address == point.address)
    return (
        query.select_from(recipient)
        .outerjoin(point, and_(shares, point.id == recipient.contact_point_id))
        .outerjoin(_TWIN, and_(shares, *is_twin))
    )


def _with_deliveries(query: Any) -> Any:
    joined = with_twins(query).join(Announcement, Announcement.id == AnnouncementRecipient.announcement_id)
    return joined.outerjoin(Delivery, and_(Delivery.owner_kind == OWNER, Delivery.owner_id == WHO_GOT_IT))


def _fate(heard: Sequence[ColumnElement[bool]], is_printed: ColumnElement[bool]) -> ColumnElement[int]:
    """Of one recipient, with `_with_deliveries`. The best comes first, so that a family has the best of its own."""
    recipient, one = AnnouncementRecipient, Delivery
    is_off = Announcement.state.in_(CALLED_OFF)
    waits = and_(or_(recipient.reason.is_(None), _TWIN.id.is_not(None)), one.id.is_(None), ~is_off)
    is_in_call = and_(one.channel == Channel.VOICE, one.state == DeliveryState.SENT)  # it rings, or somebody listens
    return case(
        (or_(one.state == DeliveryState.DELIVERED, *heard), int(Fate.REACHED)),
        (or_(one.state.in_(LEAVING), is_in_call, and_(one.state == DeliveryState.PENDING, ~is_off), waits), int(Fate.ON_THE_WAY)),
        (is_printed, int(Fate.LETTER)),
        (one.state == DeliveryState.SENT, int(Fate.UNCONFIRMED)),
        (and_(recipient.reason.is_not(None), _TWIN.id.is_(None)), int(Fate.NO_WAY)),
        else_=int(Fate.NOBODY),
    )


def is_countable(counts: Counts) -> bool:
    """Whether it is of a size for which families are counted one by one."""
    return counts.together.total + sum(counts.together.skipped.values()) <= COUNTABLE


def family_fates(announcement_id: int) -> Fates:
    """How many families came to what, counted at one moment; where it went to none, how many people."""
    found = _counted(each_family(announcement_id))
    of_people = not found and bool(found := _counted(each_person(announcement_id)))
    return Fates(
        reached=found.get(Fate.REACHED, 0), on_the_way=found.get(Fate.ON_THE_WAY, 0), letters=found.get(Fate.LETTER, 0),
        unconfirmed=found.get(Fate.UNCONFIRMED, 0), unreached=found.get(Fate.NOBODY, 0),
        no_way=found.get(Fate.NO_WAY, 0), of_people=int(of_people),
    )  # fmt: skip


def _counted(query: Any) -> dict[Fate, int]:
    each = query.subquery()
    rows = db.session.execute(select(each.c.fate, func.count()).group_by(each.c.fate))
    return {Fate(row[0]): int(row[1]) for row in rows}


def reasons(announcement: Announcement, counts: Counts) -> list[Why]:
    """Why people were not reached, the most frequent first: from the small index of what ended badly, and the stored numbers.

    What was stopped is counted from these alone: most of it never entered the outbox.
    """
    later = aliased(Delivery)
    kind = case((Delivery.channel == "mms", "sms"), else_=Delivery.channel)
    rows: Any = db.session.execute(
        select(kind, Delivery.state, Delivery.error_code, func.count())
        .where(
            text(UNREACHED),
            Delivery.owner_kind == OWNER,
            Delivery.owner_id >= (announcement.first_recipient_id or 0),
            Delivery.owner_id <= (announcement.last_recipient_id or 0),
            ~exists().where(later.retry_of_id == Delivery.id),
            exists().where(AnnouncementRecipient.id == Delivery.owner_id, AnnouncementRecipient.announcement_id == announcement.id),
        )
        .group_by(kind, Delivery.state, Delivery.error_code)
    )
    found = [Why(*row) for row in rows if announcement.last_recipient_id is not None and row[1] != DeliveryState.CANCELLED]
    for channel, counted in counts.channels.items():
        if counted.cancelled:
            found.append(Why(channel, DeliveryState.CANCELLED, None, counted.cancelled))
        found += [
            Why(channel, "skipped", reason, number)
            for reason, number in counted.skipped.items()
            if reason != SkipReason.SAME_ADDRESS and number
        ]
    return sorted(found, key=lambda why: -why.people)


def by_language(announcement_id: int) -> list[Spoken]:
    """Of those who were to be written to, by the language of their text."""
    recipient, one = AnnouncementRecipient, Delivery
    person = func.coalesce(recipient.guardian_id, -recipient.id)
    arrived = exists().where(one.owner_kind == OWNER, one.owner_id == recipient.id, one.state == DeliveryState.DELIVERED)
    rows = db.session.execute(
        select(recipient.language, func.count(person.distinct()), func.count(case((arrived, person)).distinct()))
        .where(recipient.announcement_id == announcement_id, recipient.reason.is_(None), recipient.language.is_not(None))
        .group_by(recipient.language)
        .order_by(func.count(person.distinct()).desc(), recipient.language)
    )
    return [Spoken(str(row[0]), row[1], row[2]) for row in rows]


def answered(announcement: Announcement) -> int:
    """How many people have written back since, or have answered its question, each once."""
    if announcement.started_at is None:
        return 0
    recipient = AnnouncementRecipient
    person = func.coalesce(recipient.guardian_id, -recipient.id)
    replied = exists().where(*wrote(recipient.address, announcement, announcement.started_at))
    of = [recipient.announcement_id.in_(with_all_after(announcement.id)), recipient.address.is_not(None)]
    return (
        db.session.scalar(select(func.count(person.distinct())).where(*of, or_(replied, gave_answer(announcement.id, recipient.id)))) or 0
    )
