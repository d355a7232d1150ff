"""Families in the list: counted apart from what sends, one whatever happens to another, and never for a draft."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app.announcements import family_counts, runner, service
from app.announcements.models import Announcement
from app.announcements.service import Draft, DraftText
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery
from tests.announcements.pages import admin, place
from tests.announcements.schools import Campus, again, draft, moves, run, send
from tests.delivery.house import House

__all__ = ["admin", "place"]


def sent(house: House, place: Campus, announcement: Announcement) -> Announcement:
    """On its way to everybody, as far as anybody knows."""
    send(announcement, place.admin)
    run(20)
    house.hand_over()
    run(5)
    house.hear()
    return announcement


def moved(announcement: Announcement) -> tuple[int, int]:
    """How often something moved, and how much of that was counted."""
    found = again(announcement)
    return found.families_moved, found.families_counted


def test_one_that_cannot_be_counted_keeps_neither_the_others_nor_what_sends(
    house: House, place: Campus, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = sent(house, place, draft(place, title="Older", has_canary=False)).id
    newer = sent(house, place, draft(place, title="Newer", has_canary=False)).id
    count, broken, asked = family_counts.family_fates, [newer], list[int]()

    def fates_unless_broken(number: int) -> Any:
        asked.append(number)
        if number in broken:
            raise ArithmeticError
        return count(number)

    monkeypatch.setattr(family_counts, "family_fates", fates_unless_broken)
    assert runner.turn() > 0
    assert asked == [], "what sends counts nobody"
    family_counts.turn()
    family_counts.turn()
    assert asked == [newer, older], "and is not tried again at once"
    page = admin.get("/announcements").text
    assert page.count("7 of 7 families reached") == 1
    broken.clear()
    db.session.execute(update(Announcement).values(families_rest_until=None))
    db.session.commit()
    family_counts.turn()
    assert admin.get("/announcements").text.count("7 of 7 families reached") == 2


def test_a_turn_ends_when_its_time_is_over_and_the_next_goes_on(house: House, place: Campus, monkeypatch: pytest.MonkeyPatch) -> None:
    older = sent(house, place, draft(place, has_canary=False))
    newer = sent(house, place, draft(place, has_canary=False))
    monkeypatch.setattr(family_counts, "SECONDS", -1)
    family_counts.turn()
    assert (again(older).families, bool(again(newer).families)) == (None, True)
    family_counts.turn()
    assert again(older).families == again(newer).families


def test_nobody_counts_for_a_draft_however_often_it_is_saved(place: Campus) -> None:
    announcement = draft(place)
    for words in ("School is closed.", "School is closed on Friday."):
        saved = Draft(texts=(DraftText("sms", "en", words),), title="Closed", school_id=place.school.id)
        service.save(place.admin, announcement.id, saved, version=again(announcement).version)
    assert moved(announcement) == (0, 0)


def test_who_is_reached_by_another_try_counts_where_it_began(house: House, place: Campus, admin: FlaskClient) -> None:
    first = sent(house, place, draft(place, title="First", has_canary=False))
    lost = db.session.query(Delivery).order_by(Delivery.id).first()
    assert lost
    moves(lost, "failed", error_code="30005")
    told = {"told_at": now() + timedelta(hours=1)}  # only what is done to the other try moves anything
    db.session.execute(update(Announcement).values(families_moved=Announcement.families_moved + 1, **told))
    db.session.commit()
    family_counts.turn()
    assert "6 of 7 families reached · Nobody reached: 1" in admin.get("/announcements").text
    before = moved(first)
    sent(house, place, service.resend_to_failed(place.admin, first.id))
    db.session.execute(update(Announcement).values(families_rest_until=None))
    db.session.commit()
    assert moved(first) == before, "who sends it touches its own row only"
    family_counts.turn()
    family_counts.turn()
    shown = admin.get("/announcements").text
    assert "7 of 7 families reached" in shown
    assert "1 of 1 families reached" in shown


def test_counts_that_another_version_kept_are_read_by_name(house: House, place: Campus, admin: FlaskClient) -> None:
    sent(house, place, draft(place, has_canary=False))
    kept = {"reached": 5, "unreached": 2, "of_another_version": 1}
    db.session.execute(update(Announcement).values(families=kept))
    db.session.commit()
    assert "5 of 7 families reached · Nobody reached: 2" in admin.get("/announcements").text
