"""Announcements that never become whole: their program is told, their numbers say so, and no page offers them for sending."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app.announcements.models import Announcement
from app.api.common_services.errors import BrokenOff
from app.api.common_services.models import ClientAnnouncement
from app.api.common_services.service import announcements as service
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery
from tests.announcements.schools import Campus, campus, run
from tests.api.common_services.programs import Program, program
from tests.api.common_services.test_announcements import PIXEL, STRANGER, wish
from tests.conftest import SignIn
from tests.factories import family
from tests.webhooks.conftest import Listen, allow, listen
from tests.webhooks.receiver import Answer

__all__ = ["listen"]


@pytest.fixture
def place(app: Flask) -> Campus:
    return campus()


def told_states(sis: Program) -> list[str]:
    return [payload["announcement"]["internal_status"] for _kind, _url, payload in sis.told() if "announcement" in payload]


@pytest.mark.own_app
def test_one_whose_picture_cannot_be_had_is_told_as_failed_with_all_its_numbers(app: Flask, place: Campus, listen: Listen) -> None:
    receiver = listen(lambda _heard: Answer(404))
    allow(app, receiver)
    sis = program(app, family(place.school), person=place.admin)
    made = sis.ask("createAnnouncement", wish(place, STRANGER, "12", media_urls=[f"{receiver.origin}/a.png"]), 201)
    assert service.queue.take_all() == 1
    shown = sis.ask("getAnnouncement", uuid=made["uuid"])
    assert (shown["internal_status"], shown["failed_count"], shown["recipients_count"]) == ("failed", 2, 2)
    assert shown["error_description"]
    assert told_states(sis) == ["failed"]
    fates = {each["receiver_number"]: each for each in sis.ask("listAnnouncementRecipients", uuid=made["uuid"])}
    assert {each["internal_status"] for each in fates.values()} == {"failed"}
    assert (fates[STRANGER]["error_code"], fates[STRANGER]["error_description"]) == ("announcement_failed", shown["error_description"])
    sis.ask("cancelAnnouncement", uuid=made["uuid"], status=409)


@pytest.mark.own_app
def test_what_is_called_off_before_it_is_whole_is_no_draft_of_the_pages(
    app: Flask, place: Campus, listen: Listen, sign_in: SignIn
) -> None:  # fmt: skip
    receiver = listen(lambda _heard: Answer(200, PIXEL, {"Content-Type": "image/png"}))
    allow(app, receiver)
    sis = program(app, family(place.school), person=place.admin)
    made = sis.ask("createAnnouncement", wish(place, STRANGER, media_urls=[f"{receiver.origin}/a.png"]), 201)
    sis.ask("cancelAnnouncement", uuid=made["uuid"], status=204)
    assert service.queue.take_all() == 0
    assert told_states(sis) == ["cancelled"]
    assert [each["internal_status"] for each in sis.ask("listAnnouncementRecipients", uuid=made["uuid"])] == ["cancelled"]
    desk, number = sign_in(place.admin), db.session.scalars(select(Announcement.id)).one()
    assert f"/announcements/{number}" not in desk.get("/announcements?show=drafts").text
    report = desk.get(f"/announcements/{number}", follow_redirects=True)
    assert (report.status_code, "Called off" in report.text) == (200, True)


@pytest.mark.own_app
def test_one_whose_time_passed_while_its_picture_came_leaves_late(app: Flask, place: Campus, listen: Listen) -> None:
    receiver = listen(lambda _heard: Answer(200, PIXEL, {"Content-Type": "image/png"}))
    allow(app, receiver)
    sis = program(app, family(place.school), person=place.admin)
    soon = (now() + timedelta(hours=1)).isoformat()
    made = sis.ask("createAnnouncement", wish(place, STRANGER, media_urls=[f"{receiver.origin}/a.png"], send_at=soon), 201)
    db.session.execute(update(Announcement).values(scheduled_for=now() - timedelta(minutes=1)))
    db.session.execute(update(ClientAnnouncement).values(due_at=now()))
    db.session.commit()
    assert service.queue.take_all() == 1
    run(40)
    assert sis.ask("getAnnouncement", uuid=made["uuid"])["internal_status"] in {"sending", "finished"}
    assert len(db.session.scalars(select(Delivery)).all()) == 1


def test_what_was_answered_as_not_done_does_not_leave_later(app: Flask, place: Campus, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    sis = program(app, family(place.school), person=place.admin)

    def away(*_asked: object, **_more: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("server closed the connection unexpectedly"))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(service.room, "plan", away)
        sis.ask("createAnnouncement", wish(place, STRANGER), 503)
        assert sis.ask("listAnnouncements") == []
        meanwhile.setattr(service.room, "discard", away)  # it is away longer
        sis.ask("createAnnouncement", wish(place, STRANGER), 503)
    sis.ask("createAnnouncement", wish(place, STRANGER), 201)
    db.session.execute(update(ClientAnnouncement).values(due_at=now()))
    db.session.commit()
    assert service.queue.take_all() == 1
    run(40)
    assert [delivery.address for delivery in db.session.scalars(select(Delivery))] == [STRANGER]
    [_, broken] = sis.ask("listAnnouncements")
    assert (broken["internal_status"], broken["error_description"]) == ("failed", BrokenOff.words)
    assert "failed" in told_states(sis)
