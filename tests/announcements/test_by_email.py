"""An announcement by email, beside texts or alone."""

import time
from collections import Counter
from datetime import timedelta

from app.announcements import runner, service
from app.announcements.counts import counts_of
from app.announcements.models import AnnouncementRecipient
from app.announcements.service import DraftText
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.email.dispatcher import EmailDispatcher
from app.delivery.models import Delivery
from app.directory.models import EMAILS, ConsentKind, ConsentSource, ContactPoint
from app.directory.service import record_consent
from tests.announcements.schools import again, campus, draft, moves, run, send
from tests.conftest import SignIn
from tests.conversations.arrivals import arrives
from tests.delivery.email.conftest import Mailing, mail_house, mailing, office
from tests.delivery.house import wait_for
from tests.factories import ContactPointFactory, PhoneNumberFactory

__all__ = ["mail_house", "mailing", "office"]


def test_a_school_is_told_by_email_in_its_languages_and_who_stopped_is_left_out(mailing: Mailing) -> None:
    place = campus()
    english, spanish = place.families(5), place.families(3, language="es")
    for number, guardian in enumerate([*english, *spanish]):
        ContactPointFactory(guardian=guardian, kind="email", address=f"family{number}@mail.test")
    record_consent(place.district.id, "family0@mail.test", EMAILS, ConsentKind.OPTED_OUT, ConsentSource.WEB)
    place.families(2)  # without an email
    texts = (
        DraftText("email", "en", "Dear $FirstName$,\n\nschool is closed tomorrow.", "Closed"),
        DraftText("email", "es", "Mañana no hay clases.", "Cerrado"),
    )
    announcement = draft(place, *texts, channels=("email",), has_canary=False)
    shown = service.plan(place.admin, announcement.id, version=announcement.version).channels["email"]
    assert (shown.addresses, shown.skipped) == (7, {"opted_out": 1, "no_number": 2})
    assert send(announcement, place.admin).state == "scheduled"
    run(until="sending")
    run(20)
    mailing.hand_over()
    run(5)
    letters = {letter["To"]: letter for letter in mailing.office.letters}
    assert len(letters) == len(mailing.office.letters) == 7
    assert letters["family5@mail.test"]["Subject"] == "Cerrado"
    assert {str(letter["Reply-To"]) for letter in letters.values()} == {place.admin.email}
    assert "$" not in letters["family1@mail.test"].get_body(("plain",)).get_content()
    assert all(letter["From"].addresses[0].display_name == place.school.name for letter in letters.values())
    found = counts_of(announcement.id).channels["email"]
    assert (found.total, found.sent, found.waiting) == (7, 7, 0)
    assert again(announcement).state == "finished"


def test_texts_and_emails_go_side_by_side(mailing: Mailing) -> None:
    place = campus()
    for number, guardian in enumerate(place.families(4)):
        ContactPointFactory(guardian=guardian, kind="email", address=f"family{number}@mail.test")
    words = (DraftText("sms", "en", "Closed tomorrow."), DraftText("email", "en", "Closed tomorrow, all day."))
    announcement = draft(place, *words, channels=("sms", "email"), has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(20)
    mailing.hand_over()
    assert {letter["Subject"] for letter in mailing.office.letters} == {"Closed"}  # its title
    assert db.session.query(AnnouncementRecipient).filter_by(channel="email", reason=None).count() == 4
    assert db.session.query(Delivery).filter_by(channel="sms").count() == 4
    assert counts_of(announcement.id).channels["email"].sent == 4


def test_no_channel_waits_for_another_and_the_first_few_try_each(mailing: Mailing) -> None:
    place = campus()
    for number, guardian in enumerate(place.families(150)):
        ContactPointFactory(guardian=guardian, kind="email", address=f"family{number}@mail.test")
    words = (DraftText("sms", "en", "Closed tomorrow."), DraftText("email", "en", "Closed tomorrow, all day."))
    announcement = draft(place, *words, channels=("sms", "email"))

    def ahead() -> dict[str, int]:
        db.session.rollback()
        return dict(Counter(channel for (channel,) in db.session.query(Delivery.channel)))

    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    assert ahead() == {"sms": 10, "email": 10}
    mailing.hand_over()
    for text in db.session.query(Delivery).filter_by(channel="sms"):
        moves(text, "sent")
    with transaction():
        again(announcement).canary_until = now() - timedelta(seconds=1)
    runner.turn()
    found = ahead()
    assert found["sms"] > 10
    assert found["email"] > 10
    service.halt(place.admin, announcement.id)
    run(5)
    assert {name: (one.cancelled, one.waiting) for name, one in counts_of(announcement.id).channels.items()} == {
        "sms": (140, 0), "email": (140, 0),
    }  # fmt: skip


def test_a_correction_and_another_try_go_over_every_channel_to_those_of_it(mailing: Mailing) -> None:
    place = campus()
    for number, guardian in enumerate(place.families(4)[:3]):
        ContactPointFactory(guardian=guardian, kind="email", address=f"family{number}@mail.test")
    words = (DraftText("sms", "en", "Closed tomorrow."), DraftText("email", "en", "Closed tomorrow, all day."))
    announcement = draft(place, *words, channels=("sms", "email"), has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(20)
    mailing.hand_over()  # the emails left; no text did
    run(5)
    one_text = db.session.query(AnnouncementRecipient).join(ContactPoint, ContactPoint.address == "family0@mail.test").filter(
        AnnouncementRecipient.channel == "sms", AnnouncementRecipient.guardian_id == ContactPoint.guardian_id
    ).one()  # fmt: skip
    with transaction():
        db.session.query(Delivery).filter_by(owner_id=one_text.id).update({"state": "delivered"})
    correction = service.correct(place.admin, announcement.id)
    plan = service.plan(place.admin, correction.id, version=correction.version)
    assert {name: one.addresses for name, one in plan.channels.items()} == {"sms": 1, "email": 3}
    assert plan.people_reached == 3
    with transaction():
        again(correction).audience = {**correction.audience, "again": "corrected"}
    plan = service.plan(place.admin, correction.id, version=correction.version)
    assert {name: one.addresses for name, one in plan.channels.items()} == {"sms": 4, "email": 3}  # also whom the texts were stopped for
    with transaction():
        db.session.query(Delivery).filter_by(owner_id=one_text.id).update({"state": "failed"})
        one_email = db.session.query(Delivery).filter_by(address="family1@mail.test").one()
        one_email.state = "failed"
    further = service.resend_to_failed(place.admin, announcement.id)
    plan = service.plan(place.admin, further.id, version=further.version)
    assert {name: one.addresses for name, one in plan.channels.items()} == {"sms": 1, "email": 1}


def test_what_is_done_for_the_rest_looks_at_all_ways_to_each_person(mailing: Mailing, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    PhoneNumberFactory(district_id=place.district.id, school_id=place.school.id)
    heard, by_email_only, text_failed = place.families(3)
    for number, guardian in enumerate((by_email_only, text_failed)):
        ContactPointFactory(guardian=guardian, kind="email", address=f"family{number}@mail.test")
    phones = {guardian.id: guardian.contact_points[0].address for guardian in (heard, by_email_only, text_failed)}
    by_email_only.contact_points[0].is_active = False
    words = (DraftText("sms", "en", "Closed tomorrow."), DraftText("email", "en", "Closed tomorrow, all day."))
    announcement = draft(place, *words, channels=("sms", "email"), has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(20)
    mailing.hand_over()
    with transaction():
        for guardian, state in ((heard, "delivered"), (text_failed, "failed")):
            db.session.query(Delivery).filter_by(address=phones[guardian.id]).update({"state": state})
    admin = sign_in(place.admin)

    def wanted(what: str, **form: str) -> dict[str, tuple[int, dict[str, int]]]:
        answer = admin.post(f"/announcements/{announcement.id}/acts/{what}", data=form)
        assert answer.status_code == 303
        plan = service.preview(place.admin, int(answer.location.split("/")[-2]))
        return {name: (one.addresses, one.skipped) for name, one in plan.channels.items()}

    assert wanted("unconfirmed", over="voice") == {"voice": (1, {"no_number": 1})}
    assert wanted("rest", over="voice") == {"voice": (1, {"no_number": 1})}
    assert wanted("resend", over="voice") == {"voice": (1, {})}
    assert wanted("follow-up") == {"sms": (2, {"no_number": 1}), "email": (2, {"no_number": 1})}
    arrives(phones[heard.id], place.numbers[0], "Thank you!")
    arrives(phones[text_failed.id], place.numbers[0], "I read your email.")
    assert wanted("follow-up") == {"sms": (0, {"no_number": 1}), "email": (1, {})}
    assert admin.post(f"/announcements/{announcement.id}/acts/follow-up", data={"over": "fax"}).status_code == 404


def test_halted_a_slow_mail_server_gets_no_more_after_two_seconds(mailing: Mailing) -> None:
    place = campus()
    for number, guardian in enumerate(place.families(60)):
        ContactPointFactory(guardian=guardian, kind="email", address=f"family{number}@mail.test")
    announcement = draft(place, DraftText("email", "en", "Closed."), channels=("email",), has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    mailing.office.seconds = 0.5  # four at once: all that is in hand would take seven seconds
    worker = EmailDispatcher(mailing.app)
    worker.start()
    try:
        wait_for(lambda: len(mailing.office.letters) >= 2)
        service.halt(place.admin, announcement.id)
        halted = time.monotonic()
        wait_for(lambda: worker.is_idle)
        assert time.monotonic() - halted < 3  # two, the half for the last ones, and a busy machine
    finally:
        worker.stop()
    run(10)
    found = counts_of(announcement.id).together
    assert (found.sent, found.sent + found.cancelled, found.waiting) == (len(mailing.office.letters), 60, 0)
    assert again(announcement).is_swept
