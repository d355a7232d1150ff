"""From the outbox to the mailbox, through a real mail server."""

import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.core.clock import now
from app.core.database import db
from app.core.files import LocalFileStore
from app.delivery import service
from app.delivery.claims import has_due as has_due_texts
from app.delivery.email import results, smtp
from app.delivery.errors import NobodyToAsk
from app.delivery.events import DeliveryChanged
from app.delivery.models import DeliveryState, Priority
from app.directory.models import EMAILS, ConsentKind, ConsentSource, ContactHealth
from app.directory.service import record_consent
from tests.delivery.conftest import heard
from tests.delivery.email.conftest import Mailing

__all__ = ["heard"]


def test_an_email_arrives_with_its_way_out(mailing: Mailing, heard: list[DeliveryChanged]) -> None:
    text = "¡Día de fotos! Traiga una sonrisa 🙂\n\nMás: https://cedar.test/fotos.\n.leading dot"
    (delivery,) = mailing.write(subject="Día de fotos – mañana", text=text, language="es")
    mailing.hand_over()
    (letter,) = mailing.office.letters
    assert letter["Subject"] == "Día de fotos – mañana"
    assert letter["To"] == "rosa@family.test"
    assert letter["From"].addresses[0].addr_spec == "school@cedar.test"
    assert letter["From"].addresses[0].display_name == mailing.people.school.name
    assert mailing.office.senders == {"bounces@cedar.test"}
    assert letter["Message-ID"] == f"<{delivery.uuid.hex}.1@cedar.test>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = letter["List-Unsubscribe"].strip("<>")
    plain, html = letter.get_body(("plain",)).get_content(), letter.get_body(("html",)).get_content()
    assert text in plain.replace("\r\n", "\n")
    assert plain.count(link) == html.count(link) == 1
    assert '<a href="https://cedar.test/fotos"' in html
    assert 'lang="es"' in html
    assert "nadie lee este buzón" in plain
    assert "(503) 555-0100" in plain
    assert (delivery.state, delivery.provider_id, delivery.error_code) == (DeliveryState.SENT, f"{delivery.uuid.hex}.1", None)
    assert (delivery.claimed_by, delivery.attempts) == (None, 1)
    assert [fact.state for fact in heard] == ["sent"]


def test_files_travel_along(mailing: Mailing) -> None:
    store = LocalFileStore(mailing.app.extensions["settings"].data / "files")
    kept = store.save(iter([b"%PDF-1.4 " + b"x" * 5000]), extension=".pdf")
    (delivery,) = mailing.write(media=({"key": kept.key, "content_type": "application/pdf", "name": "Menú de mayo.pdf"},))
    (lost,) = mailing.write(media=({"key": "0" * 32, "content_type": "application/pdf", "name": "gone.pdf"},))
    mailing.hand_over()
    (letter,) = mailing.office.letters
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("Menú de mayo.pdf", "application/pdf")
    assert file.get_content() == io.BytesIO(store.open(kept.key).read()).getvalue()
    assert letter.get_body(("html",)) is not None
    assert delivery.state == DeliveryState.SENT
    assert (lost.state, lost.error_code) == (DeliveryState.FAILED, "mail_file_gone")


@pytest.mark.parametrize(
    ("answer", "to_words", "code", "health"),
    [
        ("550 5.1.1 No such user", None, "mail_unknown", ContactHealth.DEAD),
        ("550 No such user here", None, "mail_unknown", ContactHealth.DEAD),
        ("552 5.2.2 Mailbox full", None, "mail_full", ContactHealth.UNREACHABLE),
        ("550 5.7.1 We do not like you", None, "mail_turned_away", ContactHealth.OK),
        ("554 Something else", None, "mail_refused", ContactHealth.OK),
        (None, "554 5.7.1 Spam", "mail_turned_away", ContactHealth.OK),
        (None, "552 Too much", "mail_too_big", ContactHealth.OK),
    ],
)
def test_a_refusal_is_kept_in_plain_words(mailing: Mailing, answer: str | None, to_words: str | None, code: str, health: str) -> None:
    mailing.point("rosa@family.test").health = ContactHealth.OK
    if answer:
        mailing.office.to_rcpt["rosa@family.test"] = answer
    else:
        mailing.office.to_data["rosa@family.test"] = to_words or ""
    refused, fine = mailing.write("rosa@family.test", "sam@family.test")
    mailing.hand_over()
    assert (refused.state, refused.error_code) == (DeliveryState.FAILED, code)
    assert fine.state == DeliveryState.SENT
    assert mailing.point("rosa@family.test").health == health
    assert mailing.office.connections <= 2


def test_what_is_not_taken_now_is_tried_again_for_hours(mailing: Mailing, heard: list[DeliveryChanged]) -> None:
    mailing.office.to_rcpt["rosa@family.test"] = "450 4.7.1 Greylisted, come again"
    (delivery,) = mailing.write()
    for tries in range(1, len(results.PAUSES) + 1):
        mailing.hand_over()
        assert (delivery.state, delivery.error_code, delivery.retries) == (DeliveryState.PENDING, "mail_later", tries)
        assert delivery.due_at > now() + 0.7 * results.PAUSES[tries - 1]
        delivery.due_at = now()
    mailing.hand_over()
    assert (delivery.state, delivery.error_code) == (DeliveryState.FAILED, "mail_never_taken")
    assert mailing.point("rosa@family.test").health == ContactHealth.UNREACHABLE
    mailing.office.to_rcpt.clear()
    again = service.retry(delivery.id)
    mailing.hand_over()
    assert again.state == DeliveryState.SENT
    assert mailing.point("rosa@family.test").health == ContactHealth.UNCONFIRMED
    assert heard[-1].state == "sent"


def test_our_own_server_that_is_away_or_does_not_let_us_in_costs_nothing(mailing: Mailing) -> None:
    mailing.office.to_mail = "550 5.7.1 Not from here"
    (delivery,) = mailing.write()
    mailing.hand_over()
    assert (delivery.state, delivery.error_code, delivery.retries) == (DeliveryState.PENDING, "mail_not_let_in", 0)
    mailing.office.to_mail = "421 4.3.2 Closing"
    delivery.due_at = now()
    mailing.hand_over()
    assert (delivery.state, delivery.error_code) == (DeliveryState.PENDING, "mail_server_away")
    mailing.office.to_mail = None
    delivery.due_at = now()
    mailing.hand_over()
    assert delivery.state == DeliveryState.SENT
    assert len(mailing.office.letters) == 1


@pytest.mark.parametrize("trouble", ["dies", "is slow"])
def test_a_lost_answer_is_never_sent_again_by_itself(
    mailing: Mailing, heard: list[DeliveryChanged], monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(smtp, "TAKING_LIMIT", 0.2)
    if trouble == "dies":
        mailing.office.dies_after_data.add("rosa@family.test")
    else:
        mailing.office.seconds = 0.6
    (delivery,) = mailing.write()
    mailing.hand_over()
    assert delivery.state == DeliveryState.PROCESSING
    assert (delivery.doubtful_since is not None, heard[-1].is_doubtful) == (True, True)
    mailing.hand_over()
    assert len(mailing.office.letters) <= 1
    with pytest.raises(NobodyToAsk):
        service.resolve_doubt(delivery.id, service.Doubt.ASK_AGAIN)
    mailing.office.dies_after_data.clear()
    mailing.office.seconds = 0.0
    service.resolve_doubt(delivery.id, service.Doubt.SEND_AGAIN)
    mailing.hand_over()
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 2)
    assert any(letter["Message-ID"].startswith(f"<{delivery.uuid.hex}.2@") for letter in mailing.office.letters)


def test_who_stopped_is_skipped_when_queueing_and_at_hand_over(mailing: Mailing, heard: list[DeliveryChanged]) -> None:
    (waiting,) = mailing.write("rosa@family.test")
    district = mailing.people.school.district_id
    record_consent(district, "rosa@family.test", EMAILS, ConsentKind.OPTED_OUT, ConsentSource.WEB)
    mailing.hand_over()
    (later,) = mailing.write("rosa@family.test")
    assert {(one.state, one.error_code) for one in (waiting, later)} == {(DeliveryState.BLOCKED, "opted_out")}
    assert mailing.office.letters == []
    assert mailing.point("rosa@family.test").opted_out_at is not None
    assert [fact.state for fact in heard] == ["blocked", "blocked"]


def test_an_address_that_is_dead_gets_nothing_more(mailing: Mailing) -> None:
    mailing.point("rosa@family.test").health = ContactHealth.DEAD
    (delivery,) = mailing.write("rosa@family.test")
    assert (delivery.state, delivery.error_code) == (DeliveryState.BLOCKED, "mail_suppressed")


@pytest.mark.parametrize("address", ["not an address", "a@b@c.test, d@e.test", "rosa@", "ros\na@family.test", "ünï@family.test"])
def test_what_is_no_address_fails_alone(mailing: Mailing, address: str) -> None:
    wrong, right = mailing.write(address, "rosa@family.test")
    mailing.hand_over()
    assert (wrong.state, wrong.error_code) == (DeliveryState.FAILED, "mail_unknown")
    assert right.state == DeliveryState.SENT
    assert mailing.office.recipients == ["rosa@family.test"]


def test_nobody_is_woken(mailing: Mailing) -> None:
    with time_machine.travel(datetime(2026, 3, 3, 12, tzinfo=UTC), tick=False):  # four in the morning in Portland
        mailing.people.school.time_zone = "America/Los_Angeles"
        db.session.commit()
        (delivery,) = mailing.write(is_emergency=False)
    assert delivery.held_until == delivery.due_at == datetime(2026, 3, 3, 16, tzinfo=UTC)


def test_single_emails_go_first_over_few_connections_that_stay_open(mailing: Mailing) -> None:
    mailing.office.seconds = 0.005
    mailing.write(*(f"bulk{number}@family.test" for number in range(60)), priority=Priority.BULK)
    mailing.write("single@family.test")
    mailing.hand_over(seconds=20)
    assert len(mailing.office.letters) == 61
    assert "single@family.test" in mailing.office.recipients[:5]
    assert mailing.office.most_at_once <= 4
    assert mailing.office.connections <= 6
    assert max(mailing.office.by_address().values()) == 1


def test_emails_are_no_work_for_the_dispatcher_of_texts(mailing: Mailing) -> None:
    mailing.write()
    assert not has_due_texts(now())


def test_nothing_leaves_before_it_is_due_and_what_is_taken_back_never_does(mailing: Mailing) -> None:
    (later,) = mailing.write(due_at=now() + timedelta(hours=1))
    mailing.hand_over()
    assert later.state == DeliveryState.PENDING
    assert service.cancel_pending("test", 1) == 1
    later.due_at = now()
    mailing.hand_over()
    assert mailing.office.letters == []


def test_the_server_is_given_no_more_than_its_pace(mailing: Mailing) -> None:
    mailing.app.extensions["settings"] = mailing.app.extensions["settings"].model_copy(update={"smtp_per_second": 10.0})
    mailing.write(*(f"p{number}@family.test" for number in range(16)))
    begun = now()
    mailing.hand_over(seconds=20)
    assert len(mailing.office.letters) == 16
    assert (now() - begun).total_seconds() > 0.5
