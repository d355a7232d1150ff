"""Which recipients of an earlier announcement another one is for."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, false, func, not_, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Staff
from app.announcements.audience import ANY, Again, Audience
from app.announcements.escalation_due import OWNER, another, has_delivery, is_due, some_row, some_twin, with_its_steps
from app.announcements.further import sent_after, with_all_after
from app.announcements.models import CALLED_OFF, Announcement, AnnouncementRecipient
from app.announcements.sight import in_reach_of
from app.carrier.models import InboundText
from app.core.database import db
from app.delivery.models import TEXTS, Delivery, DeliveryState
from app.directory.models import ContactPoint

MAY_HAVE_COME = (DeliveryState.PROCESSING, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED)
"""From when it is being handed over on: who may have read it counts as one who did."""
NOT_FAILED = (DeliveryState.PENDING, *MAY_HAVE_COME)
ANSWERED_WITHIN = timedelta(days=30)
"""A text that came longer ago is not what somebody replies to."""
ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED)
EXACT = frozenset({Again.REACHED, Again.CORRECTED})
"""At the addresses of then. The others are reached at their best ones of today."""
NEVER_LEFT = (DeliveryState.PENDING, DeliveryState.CANCELLED)
"""Of what was called off: who waits in the outbox does so in vain."""
OVER_THEIR_OWN = frozenset({*EXACT, Again.FAILED, Again.LEFT_OUT})
"""What became of one way. The others are about a person, over all ways and steps: also whom no text could be sent to is one of these."""
Answered = Callable[[int], ColumnElement[bool] | None]
Ids = Select[Any] | CompoundSelect[Any]
Answers = Callable[[int], Ids | None]
AnswersOfEach = Callable[[Collection[int]], Ids]
_askers: list[tuple[Answered, Answers, AnswersOfEach]] = []


def register(answered: Answered, answers: Answers, answers_of_each: AnswersOfEach) -> None:
    """Ask a later room which recipients of an announcement answered it; None from it where it knows of no question.

    `answered` gives a condition on `AnnouncementRecipient` for all whose answer is there, also by another adult of the family;
    `answers` the ids of those who gave one themselves: they were reached, whatever the network said; `answers_of_each` the
    same with the id of the question (`queries.asked.survey_of`), for several of these. Called from its init_app.
    """
    if (answered, answers, answers_of_each) not in _askers:
        _askers.append((answered, answers, answers_of_each))


def who_answered(announcement_id: int) -> Ids | None:
    """The ids of recipients who answered its question themselves; None where nothing was asked."""
    return next((found for _answered, answers, _each in _askers if (found := answers(announcement_id)) is not None), None)


def who_answered_each(survey_ids: Collection[int]) -> Ids | None:
    """Of several questions: survey_id and recipient_id of who answered themselves. None where nobody can."""
    return next((of_each(survey_ids) for _answered, _answers, of_each in _askers), None)


def gave_answer(announcement_id: int, recipient_id: Any) -> ColumnElement[bool]:
    """The same as a condition on a column of such ids."""
    found = who_answered(announcement_id)
    return false() if found is None else recipient_id.in_(found)


def is_of(announcement_id: int) -> ColumnElement[bool]:
    """The condition on `AnnouncementRecipient`, for walks in the order of their ids: an index on anything else would only mislead."""
    return AnnouncementRecipient.announcement_id + 0 == announcement_id


def is_of_earlier(audience: Audience, announcement_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Among whom those are who may be wanted, by the announcement of a recipient. Who got a mistake by a later step got it, too."""
    if audience.again in EXACT:
        return announcement_id.in_(with_its_steps(audience.again_of or 0))
    return announcement_id == audience.again_of


def is_wanted_again(author: Staff, audience: Audience, besides: int | None = None) -> ColumnElement[bool]:
    """The condition on `AnnouncementRecipient`. The earlier announcement belongs to the author's district.

    `besides`: the announcement that is for them; it does not count as one that was sent to them since.
    """
    if audience.again_of is None or audience.again is None:
        return false()
    again = Again(audience.again)
    mine = and_(
        exists().where(Announcement.id == audience.again_of, Announcement.district_id == author.district_id),
        in_reach_of(author, audience.again_of),
    )
    conditions = [is_of_earlier(audience, AnnouncementRecipient.announcement_id.expression), mine, _fate(again, audience.again_of, besides)]
    if audience.again_by is not None and audience.again_channel is not None:
        by = datetime.fromisoformat(audience.again_by)
        conditions.append(is_due(audience.again_of, over=audience.again_channel, after=audience.again_after, by=by))
    if again in OVER_THEIR_OWN:
        conditions.append(AnnouncementRecipient.reason.is_(None))
        if audience.again_channel not in {None, ANY}:
            conditions.append(AnnouncementRecipient.channel == audience.again_channel)
    if audience.without_guardians:
        conditions.append(func.coalesce(AnnouncementRecipient.guardian_id, 0).not_in(audience.without_guardians))
    if audience.without_students:
        conditions.append(func.coalesce(AnnouncementRecipient.student_id, 0).not_in(audience.without_students))
    return and_(*conditions)


def _fate(again: Again, announcement_id: int, besides: int | None) -> ColumnElement[bool]:
    every = with_all_after(announcement_id, besides=besides)

    def failed() -> ColumnElement[bool]:
        badly = and_(_has_delivery(DeliveryState.FAILED, DeliveryState.BLOCKED), ~_has_delivery(*NOT_FAILED))
        return and_(badly, ~goes_or_came_since(announcement_id, besides=besides))

    fates: dict[Again, Callable[[], ColumnElement[bool]]] = {
        Again.REACHED: lambda: _has_delivery(*MAY_HAVE_COME),
        Again.CORRECTED: lambda: or_(_has_delivery(*MAY_HAVE_COME), _was_left_out()),
        Again.LEFT_OUT: lambda: and_(_was_left_out(), ~goes_or_came_since(announcement_id, besides=besides)),
        Again.FAILED: failed,
        Again.UNREACHED: lambda: not_(_heard(announcement_id, every)),
        Again.UNANSWERED: lambda: not_(and_(_heard(announcement_id, every), _answered(announcement_id))),
        Again.UNCONFIRMED: lambda: and_(_came(every, DeliveryState.SENT), not_(_heard(announcement_id, every))),
        Again.SILENT: lambda: and_(_came(every, *ARRIVED), ~_answered(announcement_id)),
    }
    return fates[again]()


def _answered(announcement_id: int) -> ColumnElement[bool]:
    asked = next((condition for answered, _answers, _each in _askers if (condition := answered(announcement_id)) is not None), None)
    if asked is not None:
        return asked
    first = db.session.get(Announcement, announcement_id)
    if first is None or first.started_at is None:
        return false()
    own, since = aliased(ContactPoint), first.started_at
    by_text = exists().where(own.guardian_id == AnnouncementRecipient.guardian_id, *wrote(own.address, first, since))  # to an email
    return or_(exists().where(*wrote(AnnouncementRecipient.address, first, since)), by_text)


def wrote(address: Any, announcement: Announcement, since: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions on `InboundText`: a text from this phone that replies to the announcement, or to what was sent on from it.

    It is not the answer to some question, or a command. The same phone may write to the school of another child: only what came to
    this district's numbers counts. And it replies to the announcement whose text this phone got last from the very number that it
    writes to: on another one it answers somebody else. Who got no text lately replies to the email or the call.
    """
    one, of = aliased(Delivery), aliased(AnnouncementRecipient)
    was_texted = (
        one.district_id == InboundText.district_id,
        one.address == InboundText.sender,
        one.owner_kind == OWNER,
        one.channel.in_(TEXTS),
        one.state.in_([str(state) for state in MAY_HAVE_COME]),
        one.started_at <= InboundText.received_at,
        one.created_at > since - ANSWERED_WITHIN,
    )
    last = (
        select(of.announcement_id)
        .select_from(one)
        .join(of, of.id == one.owner_id)
        .where(*was_texted, one.phone_number_id == InboundText.phone_number_id)
        .order_by(one.id.desc())
        .limit(1)
        .correlate(InboundText)
        .scalar_subquery()
    )
    in_district = InboundText.district_id == announcement.district_id
    is_reply = or_(last.in_(with_all_after(announcement.id)), ~exists().where(*was_texted).correlate(InboundText))
    return InboundText.sender == address, in_district, InboundText.received_at >= since, InboundText.counted_as.is_(None), is_reply


def goes_or_came_since(announcement_id: int, *, besides: int | None = None) -> ColumnElement[bool]:
    """Whether something that was sent on from it went to the same person, or still goes. What failed once more does not count."""
    further = sent_after(announcement_id, besides=besides)
    if not further:
        return false()

    def holds(row: Any) -> Sequence[ColumnElement[bool]]:
        one, some = another(Delivery, "one"), another(Delivery, "some")
        is_off = exists().where(Announcement.id == row.announcement_id, Announcement.state.in_(CALLED_OFF))
        waits = and_(row.reason.is_(None), ~has_delivery(row, some), ~is_off)
        return (or_(has_delivery(row, one, one.state.in_([str(state) for state in NOT_FAILED])), waits),)

    return some_row(further, holds)


def came_since(announcement_id: int) -> ColumnElement[bool] | None:
    """Whether something that was sent on from it arrived at the same person. None where nothing was."""
    further = sent_after(announcement_id)
    return _some_came(further, DeliveryState.DELIVERED) if further else None


def _heard(announcement_id: int, every: Select[Any]) -> ColumnElement[bool]:
    """Whether it arrived, or they answered it, which says the same."""
    came = _came(every, DeliveryState.DELIVERED)
    if who_answered(announcement_id) is None:
        return came
    return or_(came, some_row(every, lambda row: [gave_answer(announcement_id, row.id)]))


def _some_came(of: Any, *states: DeliveryState) -> ColumnElement[bool]:
    def holds(row: Any) -> Sequence[ColumnElement[bool]]:
        one = another(Delivery, "one")
        return (has_delivery(row, one, one.state.in_([str(state) for state in states])),)

    return some_row(of, holds)


def _came(every: Select[Any], *states: DeliveryState) -> ColumnElement[bool]:
    """Whether it came so far to the same person over any channel, in a later step too, or to the phone that they share."""

    def holds(row: Any) -> Sequence[ColumnElement[bool]]:
        one = another(Delivery, "one")
        return (has_delivery(row, one, one.state.in_([str(state) for state in states])),)

    return or_(some_row(every, holds), some_twin(holds))


def _was_left_out() -> ColumnElement[bool]:
    """Whether it was called off before it left for this recipient: all of it, or what the night held back."""
    one, of = another(Delivery, "one"), Announcement.id == AnnouncementRecipient.announcement_id
    left = exists().where(
        one.owner_kind == OWNER, one.owner_id == AnnouncementRecipient.id, one.state.not_in([str(each) for each in NEVER_LEFT])
    )
    return and_(~left, or_(exists().where(of, Announcement.state.in_(CALLED_OFF)), _has_delivery(DeliveryState.CANCELLED)))


def _has_delivery(*states: DeliveryState) -> ColumnElement[bool]:
    one = another(Delivery, "one")
    return exists().where(one.owner_kind == OWNER, one.owner_id == AnnouncementRecipient.id, one.state.in_([str(each) for each in states]))


__all__ = ["EXACT", "OVER_THEIR_OWN", "OWNER", "is_of", "is_of_earlier", "is_wanted_again", "register", "with_its_steps", "wrote"]
