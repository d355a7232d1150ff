"""Before it leaves: approval, schedule, second thoughts."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from app.accounts.models import Role
from app.announcements import runner, service
from app.announcements.errors import MayNotApprove, NotLater, NotMoving
from app.announcements.models import AnnouncementRecipient
from app.core.clock import now
from app.core.database import db
from tests.announcements.schools import again, campus, draft, run, send
from tests.conftest import SignIn
from tests.factories import SectionTeacherFactory, StaffFactory


def test_what_a_teacher_writes_waits_for_an_admin(app: Flask, sign_in: SignIn) -> None:
    place = campus()
    place.families(3)
    teacher = StaffFactory(role=Role.TEACHER, schools=[place.school])
    SectionTeacherFactory(section_id=place.section.id, staff_id=teacher.id)
    announcement = draft(place, staff=teacher)
    waiting = send(announcement, teacher)
    assert waiting.state == "awaiting_approval"
    run()
    planned = service.plan(place.admin, waiting.id, version=2)
    with pytest.raises(MayNotApprove):
        service.approve(teacher, waiting.id, version=2, fingerprint=planned.fingerprint)
    hers = f"only students of {teacher.name}"  # her school is not everybody's
    assert hers in sign_in(place.admin).get(f"/announcements/{waiting.id}/review").text
    assert "your students only" in sign_in(teacher).get(f"/announcements/{waiting.id}").text
    returned = service.refuse(place.admin, waiting.id, version=2, because="Say until when.")
    assert (again(returned).state, again(returned).returned_because) == ("draft", "Say until when.")
    shown = service.plan(teacher, waiting.id, version=3)
    service.accept(teacher, waiting.id, version=3, fingerprint=shown.fingerprint)
    shown = service.plan(place.admin, waiting.id, version=4)
    service.approve(place.admin, waiting.id, version=4, fingerprint=shown.fingerprint)
    run(until="sending")
    assert db.session.query(AnnouncementRecipient).count() == 3


def test_a_schedule_waits_can_be_moved_and_called_off(app: Flask) -> None:
    place = campus()
    place.families(1)
    announcement = draft(place)
    with pytest.raises(NotLater):
        send(announcement, place.admin, scheduled_for=now() - timedelta(minutes=1))
    tomorrow = now() + timedelta(days=1)
    send(announcement, place.admin, scheduled_for=tomorrow)
    assert runner.turn() > 0
    assert again(announcement).state == "scheduled"
    with time_machine.travel(tomorrow + timedelta(seconds=1)):
        runner.turn()
        assert again(announcement).state == "preparing"
    other = draft(place)
    send(other, place.admin, scheduled_for=tomorrow)
    service.reschedule(place.admin, other.id, version=2, scheduled_for=tomorrow + timedelta(hours=1))
    assert service.cancel(place.admin, other.id).state == "cancelled"
    with pytest.raises(NotMoving):
        service.cancel(place.admin, other.id)


def test_far_more_people_than_usual_need_the_schools_name(app: Flask, sign_in: SignIn) -> None:
    place = campus()
    place.families(301)
    announcement = draft(place)
    client = sign_in(place.admin)
    client.post(f"/announcements/{announcement.id}/review")
    said = {"version": "1", "fingerprint": again(announcement).plan_fingerprint, "sure": "on", "typed_name": "Some school"}
    refused = client.post(f"/announcements/{announcement.id}/send", data=said, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert refused.text.startswith("<dialog")  # it takes the place of the one that is open
    assert f"That is not “{place.school.name}”." in refused.text
    assert re.search(r'name="typed_name"[^>]*value="Some school" aria-invalid="true"', refused.text)
    assert re.search(r'name="sure" required checked', refused.text)
    said["typed_name"] = f"  {place.school.name.upper()} "
    assert client.post(f"/announcements/{announcement.id}/send", data=said).location == f"/announcements/{announcement.id}"
    assert again(announcement).state == "scheduled"


def test_a_draft_that_others_were_made_from_can_be_deleted(app: Flask) -> None:
    place = campus()
    announcement = draft(place)
    copy = service.duplicate(place.admin, announcement.id)
    service.discard(place.admin, announcement.id)
    assert (again(copy).duplicate_of_id, again(copy).title) == (None, "Closed")
