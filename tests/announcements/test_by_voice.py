"""An announcement by voice: landlines ring, languages are spoken, and the numbers say who heard it."""

from app.announcements import service
from app.announcements.counts import counts_of
from app.announcements.service import DraftText
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import AUTOMATED_CALLS, ConsentKind, ConsentSource
from app.directory.service import record_consent
from tests.announcements.schools import again, campus, draft, run, send
from tests.conftest import SignIn
from tests.delivery.conftest import house
from tests.delivery.house import House
from tests.delivery.voice.conftest import Calls, calls
from tests.factories import ContactPointFactory

__all__ = ["calls", "house"]


def test_a_school_is_called_in_its_languages_and_who_pressed_9_is_left_out(house: House, calls: Calls, sign_in: SignIn) -> None:
    place = campus()
    for number in place.numbers:
        number.calls_per_second = 50
    mothers = [*place.families(3), *place.families(2, language="es")]
    stopped, busy = mothers[0], mothers[1]
    busy.contact_points[0].address = "+15035558003"  # a voicemail
    mobiles = {guardian.contact_points[0].address for guardian in mothers[1:]}
    ContactPointFactory(guardian=mothers[2], kind="landline", label="home", address="+15032229001", priority=0)
    db.session.commit()
    record_consent(place.district.id, stopped.contact_points[0].address, AUTOMATED_CALLS, ConsentKind.OPTED_OUT, ConsentSource.KEYPAD)
    texts = (DraftText("voice", "en", "School is closed tomorrow."), DraftText("voice", "es", "Mañana no hay clases."))
    announcement = draft(place, *texts, channels=("voice",), has_canary=False)
    shown = service.plan(place.admin, announcement.id, version=announcement.version).channels["voice"]
    assert (shown.addresses, shown.skipped) == (4, {"opted_out": 1})
    send(announcement, place.admin)
    run(until="sending")
    run(20)
    calls.go()
    run(5)
    stories = calls.at_the_network()
    assert len(stories) == 4
    assert {one["handset"] for one in stories} == mobiles  # before the landline, whatever its priority
    spoken = [" ".join(line["words"] for line in one["lines"] if line["kind"] == "heard") for one in stories]
    assert sorted("Mañana no hay clases." in words for words in spoken) == [False, False, True, True]
    assert all(place.school.name in words for words in spoken)
    found = counts_of(announcement.id).channels["voice"]
    assert (found.total, found.delivered, found.waiting) == (4, 4, 0)
    assert sorted(one.reached for one in db.session.query(Delivery)) == ["person", "person", "person", "voicemail"]
    assert again(announcement).state == "finished"
    report = sign_in(place.admin).get(f"/announcements/{announcement.id}").text
    assert (report.count("A person heard it"), report.count("On their voicemail")) == (3, 1)
    theirs = sign_in(place.admin).get(f"/families/guardian/{busy.id}?show=call").text
    assert f"Call of the announcement “{announcement.title}”" in theirs
    assert "On their voicemail" in theirs


def test_a_busy_line_is_shown_with_its_next_time(house: House, calls: Calls, sign_in: SignIn) -> None:
    place = campus()
    (mother,) = place.families(1)
    mother.contact_points[0].address = "+15035558001"
    db.session.commit()
    announcement = draft(place, DraftText("voice", "en", "School is closed."), channels=("voice",), has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(20)
    calls.go()
    run(5)
    found = counts_of(announcement.id).channels["voice"]
    assert (found.total, found.waiting, found.failed) == (1, 1, 0)
    assert "Busy, again " in sign_in(place.admin).get(f"/announcements/{announcement.id}").text


def test_the_home_line_of_parents_with_languages_of_their_own_rings_once(house: House, calls: Calls) -> None:
    place = campus()
    for number in place.numbers:
        number.calls_per_second = 50
    parents = [*place.families(1), *place.families(1, language="es")]
    for parent, mobile in zip(parents, ("+15035558004", "+15415558004"), strict=True):  # numbers that do not exist
        parent.contact_points[0].address = mobile
        ContactPointFactory(guardian=parent, kind="landline", label="home", address="+15032221002", priority=5)
    texts = (DraftText("voice", "en", "School is closed."), DraftText("voice", "es", "La escuela está cerrada."))
    announcement = draft(place, *texts, channels=("voice",), has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(20)
    for _ in range(2):
        calls.go()
    assert sorted(call["handset"] for call in calls.at_the_network()) == ["+15032221002", "+15035558004", "+15415558004"]
