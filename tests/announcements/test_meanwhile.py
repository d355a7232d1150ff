"""What changes while an announcement is under way: people, their phones, and minds."""

import pytest
from flask import Flask

from app.announcements import expansion, service
from app.announcements.counts import counts_of
from app.announcements.errors import NotMoving
from app.announcements.models import AnnouncementRecipient, LettersFor
from app.core.database import db
from app.directory.service.people import set_contact_point_active
from tests.announcements.schools import again, campus, draft, run, send
from tests.conftest import SignIn
from tests.delivery.conftest import house
from tests.delivery.house import House

__all__ = ["house"]


def test_one_that_came_back_can_be_deleted_though_a_reminder_was_drafted_meanwhile(app: Flask) -> None:
    place = campus()
    place.families(1)
    announcement = draft(place)
    send(announcement, place.admin)
    run(1)
    reminder = service.follow_up(place.admin, announcement.id)
    place.families(20)
    run(10)
    assert again(announcement).returned_because == "roster_changed"
    service.discard(place.admin, announcement.id)
    assert again(reminder).follow_up_of_id is None


def test_an_address_taken_out_of_use_over_night_gets_nothing_and_is_counted(house: House) -> None:
    place = campus()
    mother, _other = place.families(2)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(20)
    set_contact_point_active(place.admin, mother.contact_points[0].id, active=False)
    house.hand_over()
    house.hear()
    found = counts_of(announcement.id).together
    assert (found.total, found.blocked, found.delivered) == (2, 1, 1)
    assert len(house.at_the_network()) == 1


def test_stopped_while_it_was_prepared_nothing_goes_on_with_half_of_the_people(
    app: Flask, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    place = campus()
    place.families(9)
    announcement = draft(place, has_canary=False, send_to="all")
    send(announcement, place.admin)
    monkeypatch.setattr(expansion, "SMALL", -1)
    monkeypatch.setattr(expansion, "STRETCH", 4)
    monkeypatch.setattr(expansion, "AT_ONCE", -1.0)  # a machine so busy that the turn is over before it begins
    run(3)
    assert again(announcement).state == "preparing"
    monkeypatch.setattr(expansion, "AT_ONCE", 0.001)
    run(1)
    assert db.session.query(AnnouncementRecipient).count() < 9
    service.halt(place.admin, announcement.id)
    run(3)
    with pytest.raises(NotMoving):
        service.reach_the_rest(place.admin, announcement.id, over="voice")
    with pytest.raises(NotMoving):
        service.order_letters(place.admin, announcement.id, LettersFor.UNREACHED)
    page = sign_in(place.admin).get(f"/announcements/{announcement.id}").text
    assert "Copy as new" in page
    assert "Correct this" not in page
    assert "Letters on paper" not in page
