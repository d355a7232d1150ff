"""Putting conversations away, giving them to colleagues, and talking about them."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.conversations import service
from app.conversations.errors import CannotSeeThread, NotAllowed, UnsuitableReply, UnsuitableTime
from app.conversations.models import Mention, Message, Participant, Reaction
from app.conversations.queries import conversation_visible_to
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible
from app.live.models import LiveEvent
from tests.conversations.arrivals import arrives
from tests.conversations.outcomes import fresh_row
from tests.factories import MessageFactory, StaffFactory, Thread, family, thread


def unread_of(talk: Thread, staff_id: int) -> int:
    return db.session.scalar(
        select(Participant.unread_count).where(Participant.conversation_id == talk.id, Participant.staff_id == staff_id)
    ) or 0  # fmt: skip


def test_done_is_done_for_everybody_and_nobody_waits(app: Flask) -> None:
    talk = thread(waits_since=now())
    service.finish(talk.family.teacher, talk.id)
    row = fresh_row(talk.id)
    assert (row.state, row.waits_since) == ("done", None)
    service.reopen(talk.family.teacher, talk.id)
    assert fresh_row(talk.id).state == "open"


def test_a_snoozed_conversation_wakes_unread_at_its_moment(app: Flask, school_time: time_machine.Traveller) -> None:
    talk = thread()
    service.snooze(talk.family.teacher, talk.id, now() + timedelta(hours=2))
    assert service.wake_due() == 0
    school_time.shift(timedelta(hours=2))
    assert service.wake_due() == 1
    assert service.wake_due() == 0
    assert (fresh_row(talk.id).state, fresh_row(talk.id).snoozed_until) == ("open", None)
    assert unread_of(talk, talk.family.teacher.id) == 1


@pytest.mark.parametrize("away", [timedelta(seconds=-1), timedelta(days=500)])
def test_snoozing_needs_a_moment_to_come(app: Flask, away: timedelta) -> None:
    talk = thread()
    with pytest.raises(UnsuitableTime):
        service.snooze(talk.family.teacher, talk.id, now() + away)


def test_an_assignee_takes_part_and_finds_it_unread(app: Flask) -> None:
    talk = thread()
    priya = StaffFactory(role="teacher", schools=[talk.family.school], name="Priya Raman")
    with pytest.raises(NotVisible):
        conversation_visible_to(priya, talk.id)
    service.assign(talk.family.teacher, talk.id, priya.id)
    assert conversation_visible_to(priya, talk.id).assigned_to_id == priya.id
    assert unread_of(talk, priya.id) == 1
    line = db.session.scalars(select(Message)).one()
    assert (line.kind, line.details["type"], line.details["to"]) == ("event", "assigned", "Priya Raman")
    service.assign(talk.family.teacher, talk.id, None)
    assert fresh_row(talk.id).assigned_to_id is None


@pytest.mark.parametrize("role", ["teacher", "viewer"])
def test_work_is_not_given_to_who_cannot_do_it(app: Flask, role: str) -> None:
    talk = thread()
    school = talk.family.school if role == "viewer" else family(teacher=None).school
    school.district_id = talk.family.school.district_id
    colleague = StaffFactory(role=role, schools=[school])
    with pytest.raises(CannotSeeThread):
        service.assign(talk.family.teacher, talk.id, colleague.id)


def test_a_deleted_conversation_is_gone_until_it_is_restored_or_answered(app: Flask) -> None:
    talk = thread()
    MessageFactory(conversation=talk.conversation)
    service.delete(talk.family.teacher, talk.id)
    with pytest.raises(NotVisible):
        conversation_visible_to(talk.family.teacher, talk.id)
    assert unread_of(talk, talk.family.teacher.id) == 0
    service.restore(talk.family.teacher, talk.id)
    service.delete(talk.family.teacher, talk.id)
    arrives(talk.family.contact_point.address, talk.family.number, "Still there?")
    assert conversation_visible_to(talk.family.teacher, talk.id).preview == "Still there?"


def test_many_at_once_and_those_that_are_not_ones_own_are_named(app: Flask) -> None:
    people = family()
    mine = [thread(people)] + [thread(family(school=people.school, teacher=people.teacher)) for _ in range(2)]
    foreign = thread()
    done = service.bulk(people.teacher, [talk.id for talk in mine] + [foreign.id], "done")
    assert done.done == sorted(talk.id for talk in mine)
    assert list(done.refused) == [foreign.id]
    assert {fresh_row(talk.id).state for talk in mine} == {"done"}
    assert fresh_row(foreign.id).state == "open"
    refused = service.bulk(people.teacher, [mine[0].id], "snooze")
    assert list(refused.refused) == [mine[0].id]


def test_reading_moves_forward_and_clears_the_badge(app: Flask) -> None:
    talk = thread()
    first, second, third = (MessageFactory(conversation=talk.conversation) for _ in range(3))
    teacher = talk.family.teacher
    assert service.mark_read(teacher, talk.id, second.id) == 1
    assert service.mark_read(teacher, talk.id, first.id) == 1
    assert service.mark_read(teacher, talk.id) == 0
    service.mark_unread(teacher, talk.id)
    assert unread_of(talk, teacher.id) == 1
    totals = [
        row.payload["total"]
        for row in db.session.scalars(select(LiveEvent).where(LiveEvent.name == "unread:changed").order_by(LiveEvent.id))
    ]
    assert totals == [1, 0, 1]
    receipts = db.session.scalars(select(LiveEvent).where(LiveEvent.name == "receipt:changed").order_by(LiveEvent.id))
    assert [row.payload["message_id"] for row in receipts] == [second.id, third.id]


def test_private_reading_is_told_to_nobody(app: Flask) -> None:
    talk = thread()
    MessageFactory(conversation=talk.conversation)
    talk.family.teacher.private_receipts = True
    service.mark_read(talk.family.teacher, talk.id)
    assert db.session.scalar(select(func.count()).select_from(LiveEvent).where(LiveEvent.name == "receipt:changed")) == 0


def test_a_note_calls_a_colleague_and_stays_inside(app: Flask) -> None:
    talk = thread()
    bea = StaffFactory(role="office", schools=[talk.family.school])
    key = uuid.uuid4()
    note = service.add_note(talk.family.teacher, talk.id, "@Bea please check", uuid=key, mention_ids=[bea.id])
    assert service.add_note(talk.family.teacher, talk.id, "@Bea please check", uuid=key, mention_ids=[bea.id]).id == note.id
    assert unread_of(talk, bea.id) == 1
    assert fresh_row(talk.id).preview_kind == "note"
    service.mark_read(bea, talk.id)
    assert unread_of(talk, bea.id) == 0
    assert db.session.scalars(select(Mention).execution_options(populate_existing=True)).one().seen_at is not None


def test_who_cannot_open_the_thread_is_not_called_to_it(app: Flask) -> None:
    talk = thread()
    colleague = StaffFactory(role="teacher", schools=[talk.family.school])
    with pytest.raises(CannotSeeThread):
        service.add_note(talk.family.teacher, talk.id, "@you", uuid=uuid.uuid4(), mention_ids=[colleague.id])
    with pytest.raises(NotVisible):
        service.add_note(talk.family.teacher, talk.id, "@you", uuid=uuid.uuid4(), mention_ids=[family().teacher.id])
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_reaction_comes_and_goes(app: Flask) -> None:
    talk = thread()
    message = MessageFactory(conversation=talk.conversation)
    assert service.react(talk.family.teacher, message.id, "👍")
    assert not service.react(talk.family.teacher, message.id, "👍")
    assert db.session.scalar(select(func.count()).select_from(Reaction)) == 0
    with pytest.raises(UnsuitableReply):
        service.react(talk.family.teacher, message.id, "<script>")


def test_drafts_belong_to_one_person_and_one_thread(app: Flask) -> None:
    talk = thread()
    office = StaffFactory(role="office", schools=[talk.family.school])
    teacher = talk.family.teacher
    service.save_draft(teacher, talk.id, "The bus leaves")
    service.save_draft(office, talk.id, "Please bring", is_note=True)
    service.send(teacher, talk.id, "The bus leaves at 8", uuid=uuid.uuid4())
    from app.conversations.models import Draft

    assert [(draft.staff_id, draft.body) for draft in db.session.scalars(select(Draft))] == [(office.id, "Please bring")]
    assert service.save_draft(office, talk.id, "  ") is None
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_saved_replies_are_shared_by_the_office_and_unique(app: Flask) -> None:
    talk = thread()
    office = StaffFactory(role="office", schools=[talk.family.school])
    shared = service.create_saved_reply(
        office, title="Bus", shortcut="/Bus", body="The bus is late, $FirstName|there$.", school_id=talk.family.school.id
    )
    assert shared.shortcut == "bus"
    own = service.create_saved_reply(talk.family.teacher, title="", shortcut="bus", body="My bus words")
    assert own.title == "My bus words"
    with pytest.raises(UnsuitableReply):
        service.create_saved_reply(office, title="Bus", shortcut="bus", body="Again", school_id=talk.family.school.id)
    with pytest.raises(NotAllowed):
        service.edit_saved_reply(talk.family.teacher, shared.id, title="x", shortcut="bus", body="Mine now")
    with pytest.raises(NotVisible):
        service.delete_saved_reply(office, own.id)
    service.edit_saved_reply(office, shared.id, title="Bus", shortcut="bus", body="Changed")
    service.delete_saved_reply(office, shared.id)


def test_the_numbers_of_families_that_left_are_let_go(app: Flask) -> None:
    stays, leaves = thread(), thread()
    leaves.family.student.is_active = False
    db.session.commit()
    assert service.end_orphaned_pairings() == 1
    assert db.session.get_one(Participant, leaves.guardian.id, populate_existing=True).pairing_deactivated_at is not None
    assert db.session.get_one(Participant, stays.guardian.id, populate_existing=True).pairing_deactivated_at is None
    arrives(stays.family.contact_point.address, stays.family.number, "Hello")
    assert fresh_row(stays.id).preview == "Hello"


def test_a_pairing_ends_and_begins_again(app: Flask) -> None:
    talk = thread()
    service.deactivate_pairing(talk.family.teacher, talk.guardian.id)
    arrives(talk.family.contact_point.address, talk.family.number, "Anybody?")
    assert fresh_row(talk.id).preview == ""
    service.reactivate_pairing(talk.family.teacher, talk.guardian.id)
    arrives(talk.family.contact_point.address, talk.family.number, "Now?")
    assert fresh_row(talk.id).preview == "Now?"


def test_in_one_group_the_others_read_what_one_answers(app: Flask) -> None:
    from app.delivery.models import Delivery

    one = family()
    two = family(school=one.school, teacher=one.teacher, given_name="Huda", family_name="Al-Khatib", language="ar")
    three = family(school=one.school, teacher=one.teacher, given_name="Wei")
    group = service.start_group(one.teacher, [person.contact_point.id for person in (one, two, three)], title="Zoo", kind="group")
    paired = db.session.scalars(select(Participant).where(Participant.contact_point_id == two.contact_point.id)).one()
    three.contact_point.opted_out_at = now()
    from app.directory.models import PhoneNumber

    arrives(two.contact_point.address, db.session.get_one(PhoneNumber, paired.phone_number_id), "We will bring juice")
    passed_on = list(db.session.scalars(select(Delivery)))
    assert [delivery.address for delivery in passed_on] == [one.contact_point.address]
    assert passed_on[0].content.body == "Huda Al-Khatib: We will bring juice"
    arrives(two.contact_point.address, db.session.get_one(PhoneNumber, paired.phone_number_id), "We will bring juice")
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 1
    service.remove_member(one.teacher, paired.id)
    assert fresh_row(group.id).subtitle == "2"
