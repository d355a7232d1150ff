"""Whoever writes to a family sees how much it was written to already."""

from datetime import timedelta

from flask import Flask

from app.conversations.models import MessageKind
from app.core.clock import now
from tests.announcements.schools import campus, draft, run, send
from tests.conftest import SignIn
from tests.factories import GuardianFactory, GuardianshipFactory, MessageFactory, StaffFactory, thread

SENT = {"kind": MessageKind.OUTBOUND, "status": "delivered"}


def test_a_family_page_tells_of_what_went_out_this_week_and_says_when_it_is_a_lot(app: Flask, sign_in: SignIn) -> None:
    talk = thread()
    people = talk.family
    nurse = StaffFactory(schools=[people.school])
    for fields in (
        {"staff_id": people.teacher.id}, {"staff_id": nurse.id},
        {"staff_id": nurse.id, "status": "failed"}, {"staff_id": None, "is_automatic": True},
        {"staff_id": nurse.id, "created_at": now() - timedelta(days=8)}, {"staff_id": nurse.id, "kind": MessageKind.NOTE},
    ):  # fmt: skip
        MessageFactory(conversation=talk.conversation, **(SENT | fields))
    browser = sign_in(people.teacher)
    addresses = [f"/families/guardian/{people.guardian.id}{part}" for part in ("", "/card")]
    for address in addresses:
        assert "2 messages this week from 2 people" in browser.get(address).text
    MessageFactory.create_batch(6, conversation=talk.conversation, staff_id=nurse.id, **SENT)
    for address in addresses:
        page = browser.get(address).text
        assert "8 messages this week from 2 people" in page
        assert "That is a lot for one family." in page


def test_an_announcement_to_both_parents_is_one_message(app: Flask, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    (mother,) = place.families(1)
    father = GuardianFactory(district_id=place.district.id)
    GuardianshipFactory(student=mother.guardianships[0].student, guardian=father, priority=2)
    announcement = draft(place, has_canary=False, send_to="all")
    send(announcement, place.admin)
    run(until="sending")
    assert "1 message this week from 1 person" in sign_in(place.admin).get(f"/families/guardian/{mother.id}").text
