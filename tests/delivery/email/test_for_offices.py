"""Emails between offices: a fax that is sent on goes to a clinic or a colleague, not to a family."""

from app.core.database import db
from app.delivery import service
from app.delivery.email.content import contents_of
from app.delivery.models import DeliveryState
from app.delivery.service import Letter, LetterRequest, Mailbox
from app.directory.models import EMAILS, ConsentKind, ConsentSource, District
from app.directory.service import record_consent
from tests.delivery.email.conftest import Mailing


def request(mailing: Mailing, to: str = "records@clinic.test", **more: str) -> LetterRequest:
    letter = Letter("Fax, 3 pages", "A fax for you.", school_id=mailing.people.school.id, is_for_offices=True, **more)
    return LetterRequest(mailing.people.school.district_id, "test", 1, letter, (Mailbox(to),), is_reply=True)


def test_an_office_is_offered_no_way_out_of_a_familys_emails(mailing: Mailing) -> None:
    service.enqueue_letter(request(mailing, reply_to="office@cedar.test"))
    mailing.write()
    mailing.hand_over()
    letters = {letter["To"]: letter for letter in mailing.office.letters}
    office, family = letters["records@clinic.test"], letters["rosa@family.test"]
    assert not any(name.startswith("List-") for name in office)
    assert "List-Unsubscribe" in family
    for kind in ("plain", "html"):
        said = office.get_body((kind,)).get_content()
        assert "private information" in said
        assert "/emails/" not in said
        assert "homeroom.invalid" not in said
        assert "/emails/" in family.get_body((kind,)).get_content()
    assert office["Reply-To"] == "office@cedar.test"


def test_it_speaks_the_language_of_staff_alone(mailing: Mailing) -> None:
    for language in ("es", "vi"):
        service.enqueue_letter(request(mailing, f"{language}@clinic.test", language=language))
    mailing.hand_over()
    said = {letter["To"]: letter.get_body(("plain",)).get_content() for letter in mailing.office.letters}
    assert "información privada" in said["es@clinic.test"]
    assert "private information" in said["vi@clinic.test"]


def test_who_refused_emails_gets_none_and_the_night_holds_none(mailing: Mailing) -> None:
    district = db.session.get_one(District, mailing.people.school.district_id)
    district.settings = {"quiet_hours": ["00:00", "23:59"]}
    db.session.commit()
    record_consent(district.id, "no@clinic.test", EMAILS, ConsentKind.OPTED_OUT, ConsentSource.WEB)
    (refused,) = service.enqueue_letter(request(mailing, "no@clinic.test"))
    (office,) = service.enqueue_letter(request(mailing))
    assert (refused.state, refused.error_code) == (DeliveryState.BLOCKED, "opted_out")
    assert (office.state, office.held_until) == (DeliveryState.PENDING, None)


def test_another_try_at_night_is_no_ones_waking(mailing: Mailing) -> None:
    district = db.session.get_one(District, mailing.people.school.district_id)
    district.settings = {"quiet_hours": ["00:00", "23:59"]}
    mailing.office.to_rcpt["records@clinic.test"] = "552 5.2.2 Mailbox full"
    (first,) = service.enqueue_letter(request(mailing))
    mailing.hand_over()
    again = service.retry(first.id)
    assert (again.held_until, again.is_reply) == (None, True)
    assert contents_of({again.content_id: again.district_id})[again.content_id].is_for_offices
