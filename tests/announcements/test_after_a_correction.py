"""After a correction: what was accepted, stopped or sent on before it does not say the old words unseen."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from app.accounts.models import Role
from app.announcements import service
from app.announcements.models import Announcement
from app.announcements.service import DraftText
from app.core.clock import now
from app.core.database import db, transaction
from tests.announcements.pages import hidden
from tests.announcements.schools import Campus, again, campus, draft, run, send, sms, stopped_after
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import StaffFactory


def test_whom_a_corrected_one_was_stopped_for_gets_the_corrected_words_and_the_old_ones_only_by_a_tick(
    house: House, sign_in: SignIn
) -> None:
    place = campus(numbers=1)
    place.families(6)
    first = draft(place, sms("Pick up at 12:30."), sms("A las 12:30.", "es"), has_canary=False)
    stopped_after(house, place, first, 2)
    client = sign_in(place.admin)
    client.post(f"/announcements/{first.id}/acts/correct")
    early = service.reach_left_out(place.admin, first.id)  # before the correction goes out
    assert "A correction of “Closed” is being written" in client.get(f"/announcements/{early.id}/edit").text
    assert 'name="as_it_is" value="sms-en" required' in client.get(f"/announcements/{early.id}/review").text
    correction = db.session.query(Announcement).filter_by(correction_of_id=first.id).one()
    before = service.draft_of(correction)
    saved = service.save(place.admin, correction.id, replace(before, texts=(sms("Pick up at 1:30."), before.texts[1])), version=1)
    send(saved, place.admin)
    run()
    house.hand_over()
    assert "Pick up at 1:30." in client.post(f"/announcements/{first.id}/acts/left-out", follow_redirects=True).text
    late = db.session.query(Announcement).filter_by(follow_up_of_id=first.id).order_by(Announcement.id.desc()).first()
    assert late is not None
    assert [late.title, *sorted(text.body for text in late.texts)] == ["Closed", "A las 12:30.", "Pick up at 1:30."]
    question = client.get(f"/announcements/{late.id}/review").text
    assert "“Closed” was corrected since" in question
    assert "as_it_is" not in question
    asked = client.post(f"/announcements/{early.id}/review").text  # still says the mistake
    answers = {"version": hidden(asked, "version"), "fingerprint": hidden(asked, "fingerprint"), "sure": "on"}
    assert "Send the old words once more: English (4 people)" in asked
    assert client.post(f"/announcements/{early.id}/send", data=answers).status_code == 422
    send(late, place.admin)
    run()
    house.hand_over()
    assert sorted(text["body"] for text in house.at_the_network()) == ["Pick up at 12:30."] * 2 + ["Pick up at 1:30."] * 6


def corrected(house: House, place: Campus, first: Announcement, *texts: DraftText) -> Announcement:
    """Somebody corrects these words, and it goes out."""
    correction = service.correct(place.admin, first.id)
    before = service.draft_of(correction)
    words = {(text.channel, text.language): text for text in (*before.texts, *texts)}
    send(service.save(place.admin, correction.id, replace(before, texts=tuple(words.values())), version=1), place.admin)
    run()
    house.hand_over()
    return correction


def test_words_that_nobody_read_in_a_correction_are_still_the_old_ones(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    place.families(2)
    place.families(3, language="es")
    first = draft(place, sms("Pick up at 12:30."), sms("A las 12:30.", "es"), has_canary=False)
    stopped_after(house, place, first, 2)
    corrected(house, place, first, sms("Pick up at 1:30."))
    late = service.reach_left_out(place.admin, first.id)
    client = sign_in(place.admin)
    asked = client.get(f"/announcements/{late.id}/review").text
    assert "Send the old words once more: Spanish (3 people)" in asked
    answers = {"version": hidden(asked, "version"), "fingerprint": hidden(asked, "fingerprint"), "sure": "on"}
    assert client.post(f"/announcements/{late.id}/send", data=answers).status_code == 422


def test_what_was_accepted_before_the_correction_is_told_of_and_handed_back(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    place.families(4)
    first = draft(place, sms("Pick up at 12:30."), has_canary=False)
    stopped_after(house, place, first, 2)
    service.halt(place.admin, first.id)
    late = send(service.reach_left_out(place.admin, first.id), place.admin, scheduled_for=now() + timedelta(minutes=1))
    client = sign_in(place.admin)
    page = client.post(f"/announcements/{first.id}/acts/correct", follow_redirects=True).text
    assert "“Closed” is still to go out with the old words" in page
    assert f'action="/announcements/{late.id}/acts/cancel"' in page
    corrected(house, place, first, sms("Pick up at 1:30."))
    with transaction():
        db.session.execute(update(Announcement).where(Announcement.id == late.id).values(scheduled_for=now()))
    run()
    house.hand_over()
    assert (again(late).state, again(late).returned_because) == ("draft", "corrected")
    assert "was corrected in the meantime, and this says the old words" in client.get(f"/announcements/{late.id}/edit").text
    assert sorted(text["body"] for text in house.at_the_network()) == ["Pick up at 12:30."] * 2 + ["Pick up at 1:30."] * 2
    send(again(late), place.admin, as_they_are=["sms-en"])  # somebody who knows of the correction
    run()
    house.hand_over()
    assert [text["body"] for text in house.at_the_network()].count("Pick up at 12:30.") == 4


def test_whoever_approves_old_words_ticks_them_too(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    place.families(4)
    clerk = StaffFactory(role=Role.OFFICE, schools=[place.school])
    first = draft(place, sms("Pick up at 12:30."), has_canary=False)
    stopped_after(house, place, first, 2)
    service.halt(place.admin, first.id)
    late = send(service.reach_left_out(clerk, first.id), clerk)
    corrected(house, place, first, sms("Pick up at 1:30."))
    client = sign_in(place.admin)
    asked = client.post(f"/announcements/{late.id}/review").text
    answers = {"version": hidden(asked, "version"), "fingerprint": hidden(asked, "fingerprint")}
    refused = client.post(f"/announcements/{late.id}/approve", data=answers)
    assert (refused.status_code, again(late).state) == (422, "awaiting_approval")
    assert "Some people would get the old words again" in refused.text
    assert client.post(f"/announcements/{late.id}/approve", data={**answers, "as_it_is": "sms-en"}).status_code == 303
    assert again(late).state == "scheduled"
