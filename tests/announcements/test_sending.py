"""An announcement over the whole way: written, confirmed, written down, handed over, and counted."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import update

from app.announcements import expansion, service
from app.announcements.counts import counts_of
from app.announcements.errors import Changed, NotADraft, PlanIsStale
from app.announcements.models import AnnouncementRecipient
from app.announcements.service import DraftText
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import ContactPoint
from tests.announcements.schools import again, campus, draft, run, send, sms
from tests.delivery.house import House
from tests.factories import ContactPointFactory, GuardianshipFactory


def test_a_school_is_told_in_its_languages_each_phone_once(house: House) -> None:
    place = campus()
    english, spanish = place.families(6), place.families(4, language="es")
    GuardianshipFactory(student=place.child(), guardian=english[0])  # a second child: still one text
    spanish[0].contact_points[0].address = english[1].contact_points[0].address  # a shared phone
    announcement = draft(place, sms("Closed tomorrow."), sms("Mañana no hay clases.", "es"), has_canary=False)
    sent = send(announcement, place.admin)
    assert sent.state == "scheduled"
    run(until="sending")
    run(20)
    house.hand_over()
    run(5)
    texts = house.at_the_network()
    assert Counter(text["body"] for text in texts) == {"Closed tomorrow.": 6, "Mañana no hay clases.": 3}
    assert len({text["to"] for text in texts}) == 9
    assert {text["from"] for text in texts} <= {number.address for number in place.numbers}
    assert again(announcement).state == "finished"
    house.hear()
    found = counts_of(announcement.id).channels["sms"]
    assert (found.total, found.delivered, found.waiting, found.skipped) == (9, 9, 0, {"same_number": 1})


def test_what_was_shown_is_what_is_written_down(app: Flask) -> None:
    place = campus()
    place.families(5)
    unreachable = place.families(1)[0]
    unreachable.contact_points[0].kind = "landline"
    dead = place.families(1)[0]
    dead.contact_points[0].health = "dead"
    silent = place.families(1)[0]
    silent.contact_points[0].is_active = False
    announcement = draft(place)
    shown = service.plan(place.admin, announcement.id, version=1)
    assert (shown.people, shown.people_reached, shown.families, shown.families_reached) == (8, 5, 8, 5)
    plan = shown.channels["sms"]
    assert plan.addresses == 5
    assert plan.skipped == {"no_texts": 1, "dead_number": 1, "no_number": 1}
    assert (plan.units, plan.cents) == (5, pytest.approx(5 * 0.83))
    service.accept(place.admin, announcement.id, version=1, fingerprint=shown.fingerprint)
    run(until="sending")
    written = Counter(row.reason for row in db.session.query(AnnouncementRecipient))
    assert written == {None: 5, "no_texts": 1, "dead_number": 1, "no_number": 1}


def test_of_two_who_send_one_draft_one_wins_and_the_other_is_told(app: Flask) -> None:
    place = campus()
    place.families(1)
    announcement = draft(place)
    shown = service.plan(place.admin, announcement.id, version=1)
    service.accept(place.admin, announcement.id, version=1, fingerprint=shown.fingerprint)
    with pytest.raises(Changed):
        service.accept(place.admin, announcement.id, version=1, fingerprint=shown.fingerprint)
    with pytest.raises(NotADraft):
        service.save(place.admin, announcement.id, service.draft_of(announcement), version=2)


def test_what_changed_since_it_was_shown_is_shown_again(app: Flask) -> None:
    place = campus()
    place.families(1)
    announcement = draft(place)
    shown = service.plan(place.admin, announcement.id, version=1)
    saved = service.save(place.admin, announcement.id, service.draft_of(announcement), version=1)
    assert saved.version == 2
    with pytest.raises(PlanIsStale):
        service.accept(place.admin, announcement.id, version=2, fingerprint=shown.fingerprint)
    with pytest.raises(Changed):
        service.save(place.admin, announcement.id, service.draft_of(announcement), version=1)


def test_many_who_came_after_the_confirmation_ask_for_another(app: Flask) -> None:
    place = campus()
    place.families(3)
    announcement = draft(place)
    send(announcement, place.admin)
    place.families(6)
    db.session.commit()
    run()
    found = again(announcement)
    assert (found.state, found.returned_because) == ("draft", "roster_changed")
    assert db.session.query(AnnouncementRecipient).count() == 0
    assert db.session.query(Delivery).count() == 0


def test_the_best_phone_of_each_is_taken(app: Flask) -> None:
    place = campus()
    mother = place.families(1)[0]
    mother.contact_points[0].health = "dead"
    second = ContactPointFactory(guardian=mother, priority=3)
    ContactPointFactory(guardian=mother, priority=4)
    announcement = draft(place)
    send(announcement, place.admin)
    run(until="sending")
    assert [row.address for row in db.session.query(AnnouncementRecipient)] == [second.address]


def test_whoever_has_several_rows_in_the_first_has_one_in_the_next(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    place = campus()
    gone = [mother.id for mother in place.families(10)[:5]]
    source = draft(place, sms("Closed"), DraftText("voice", "en", "Closed"), channels=("sms", "voice"))
    send(source, place.admin)
    run(until="sending")
    db.session.execute(update(ContactPoint).where(ContactPoint.guardian_id.in_(gone)).values(is_active=False))
    db.session.commit()
    monkeypatch.setattr(expansion, "SMALL", -1)
    monkeypatch.setattr(expansion, "STRETCH", 3)
    copy = service.reach_the_rest(place.admin, source.id, over="sms")
    send(copy, place.admin)
    while again(copy).state in {"scheduled", "preparing"}:
        run(1)
    written = db.session.query(AnnouncementRecipient).filter_by(announcement_id=copy.id)
    assert Counter((one.guardian_id, one.reason) for one in written) == {
        (mother.id, "no_number" if mother.id in gone else None): 1 for mother in place.guardians
    }
