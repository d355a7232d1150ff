"""What changes while an announcement is under way: people, their phones, and minds."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.announcements import expansion, service
from app.announcements.counts import counts_of
from app.announcements.errors import NotMoving
from app.announcements.models import AnnouncementRecipient, LettersFor
from app.core.database import db
from app.directory.models import ConsentKind, ConsentSource, ContactHealth, Guardian
from app.directory.service import record_consent, set_health
from app.directory.service.people import save_contact_point, set_contact_point_active
from tests.announcements.schools import Campus, again, campus, draft, run, send
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


def leaves(_place: Campus, mother: Guardian) -> None:
    """The roster has her no more."""
    mother.is_active = False


def gets_another_number(place: Campus, mother: Guardian) -> None:
    """The office corrects it."""
    point = mother.contact_points[0]
    save_contact_point(place.admin, mother.id, point.id, address="+15035550199", kind="mobile", label=None, priority=1)


def wants_nothing(place: Campus, mother: Guardian) -> None:
    """She tells the office so."""
    scope = f"service:{place.numbers[0].messaging_service_id}"
    record_consent(place.district.id, mother.contact_points[0].address, scope, ConsentKind.OPTED_OUT, ConsentSource.STAFF)


def is_somebody_else(place: Campus, mother: Guardian) -> None:
    """Whoever has the phone says that they do not know her."""
    set_health(place.district.id, mother.contact_points[0].address, ContactHealth.WRONG)


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (leaves, "No longer on the school’s records"),
        (gets_another_number, "Has another number or address by now"),
        (wants_nothing, "Opted out"),
        (is_somebody_else, "A wrong number"),
    ],
)
def test_what_waits_follows_the_record_and_the_report_says_why(
    house: House, sign_in: SignIn, happens: Callable[[Campus, Guardian], None], said: str
) -> None:
    place = campus()
    mother, other = place.families(2)
    old, heard = mother.contact_points[0].address, other.contact_points[0].address
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(20)  # both wait in the outbox
    happens(place, mother)
    db.session.commit()
    house.hand_over()
    house.hear()
    run(5)
    assert [text["to"] for text in house.at_the_network()] == [heard]
    found = counts_of(announcement.id).together
    assert (found.total, found.blocked, found.delivered, found.waiting) == (2, 1, 1, 0)
    assert again(announcement).state == "finished"
    page = sign_in(place.admin).get(f"/announcements/{announcement.id}").text
    assert said in page
    further = service.resend_to_failed(place.admin, announcement.id)
    wanted = service.preview(place.admin, further.id).channels["sms"]
    assert wanted.addresses == (1 if happens is gets_another_number else 0)
    if wanted.addresses:
        send(again(further), place.admin)
        run(10)
        house.hand_over()
        assert [text["to"] for text in house.at_the_network() if text["to"] != heard] == ["+15035550199"]
    assert old not in {text["to"] for text in house.at_the_network()}


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
