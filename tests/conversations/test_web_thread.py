"""A guardian opens the thread by a link, without an account."""

import io
import uuid
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.conversations import service
from app.conversations.errors import NotAllowed, NothingToSend, RecipientOptedOut
from app.conversations.models import Attachment, GuardianLink, Message, Participant, Receipt
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible
from app.core.signed_links import BadLink, ExpiredLink
from app.delivery.models import Delivery
from app.directory.models import Consent, Guardianship
from app.live.models import LiveEvent
from tests.conversations.outcomes import deliveries_of, fresh_row, happened
from tests.conversations.test_attachments import PDF, picture
from tests.factories import MessageFactory, StaffFactory, Thread, family, thread


def token_for(talk: Thread) -> str:
    return service.create_link(talk.family.teacher, talk.guardian.id).rsplit("/", 1)[1]


def test_the_link_opens_one_conversation_and_its_secret_is_not_stored(app: Flask) -> None:
    talk = thread()
    token = token_for(talk)
    assert service.open_link(token).conversation.id == talk.id
    assert token not in str(db.session.scalars(select(GuardianLink)).one().__dict__)


@pytest.mark.parametrize("token", ["", "x" * 43, "../../etc/passwd", "' OR 1=1 --"])
def test_a_guess_opens_nothing(app: Flask, token: str) -> None:
    token_for(thread())
    with pytest.raises(BadLink):
        service.open_link(token)


def test_links_end_by_time_by_staff_and_with_the_familys_record(app: Flask, school_time: time_machine.Traveller) -> None:
    talk, other, third = thread(), thread(), thread()
    first, second, last = token_for(talk), token_for(other), token_for(third)
    service.revoke_links(other.family.teacher, other.guardian.id)
    db.session.execute(
        Guardianship.__table__.update().where(Guardianship.guardian_id == third.family.guardian.id).values(may_contact=False)
    )
    db.session.commit()
    for ended in (second, last):
        with pytest.raises(ExpiredLink):
            service.open_link(ended)
    school_time.shift(timedelta(days=31))
    with pytest.raises(ExpiredLink):
        service.open_link(first)


def test_only_who_sees_the_thread_makes_a_link(app: Flask) -> None:
    talk = thread()
    with pytest.raises(NotVisible):
        service.create_link(StaffFactory(role="office", schools=[family().school]), talk.guardian.id)
    with pytest.raises(NotAllowed):
        service.create_link(StaffFactory(role="viewer", schools=[talk.family.school]), talk.guardian.id)
    with pytest.raises(NotAllowed):
        service.create_link(talk.family.teacher, talk.teacher.id)


def test_the_secret_goes_to_the_phone_and_not_into_the_thread(app: Flask) -> None:
    talk = thread()
    sent = service.send_link(talk.family.teacher, talk.id, uuid=uuid.uuid4())
    words = db.session.scalars(select(Delivery)).one().content.body
    token = words.rsplit("/", 1)[1]
    assert words.startswith("Dana Okafor")
    assert "le ha escrito" in words
    assert service.open_link(token).participant.id == talk.guardian.id
    assert token not in sent.body + (sent.translation or "") + fresh_row(talk.id).preview


def test_what_the_guardian_sees_has_no_notes_and_nothing_that_can_be_taken_back(app: Flask) -> None:
    talk = thread()
    question = MessageFactory(conversation=talk.conversation)
    service.add_note(talk.family.teacher, talk.id, "Careful, custody", uuid=uuid.uuid4())
    service.assign(talk.family.teacher, talk.id, talk.family.teacher.id)
    gone = service.send(talk.family.teacher, talk.id, "Oops", uuid=uuid.uuid4())
    service.undo(talk.family.teacher, gone.id)
    sent = service.send(talk.family.teacher, talk.id, "At 8:45", uuid=uuid.uuid4())
    happened(deliveries_of(sent)[0], "sent")
    service.send(talk.family.teacher, talk.id, "Still in the window", uuid=uuid.uuid4())
    visit = service.open_link(token_for(talk))
    assert [message.id for message in service.shown_to_guardian(visit)] == [question.id, sent.id]


def test_opening_the_page_shows_staff_that_it_was_read(app: Flask) -> None:
    talk = thread()
    sent = service.send(talk.family.teacher, talk.id, "At 8:45", uuid=uuid.uuid4())
    token = token_for(talk)
    service.guardian_read(token, sent.id)
    service.guardian_read(token, 0)
    assert db.session.get_one(Message, sent.id, populate_existing=True).read_at is not None
    receipt = db.session.scalars(select(Receipt).where(Receipt.participant_id == talk.guardian.id)).one()
    assert receipt.message_id == sent.id
    told = db.session.scalars(select(LiveEvent).where(LiveEvent.name == "receipt:changed").order_by(LiveEvent.id.desc())).first()
    assert told.payload["participant_id"] == talk.guardian.id


def test_an_answer_on_the_page_is_as_good_as_a_text(app: Flask) -> None:
    talk = thread(state="done")
    token, key = token_for(talk), uuid.uuid4()
    first = service.guardian_reply(token, "Gracias", uuid=key, files=[(io.BytesIO(picture()), "nota.jpg", "image/jpeg")])
    again = service.guardian_reply(token, "Gracias", uuid=key, files=[(io.BytesIO(picture()), "nota.jpg", "image/jpeg")])
    assert first.id == again.id
    row = fresh_row(talk.id)
    assert (row.state, row.preview, row.waits_since is not None) == ("open", "Gracias", True)
    assert db.session.scalars(select(Attachment)).one().width == 900
    assert db.session.get_one(Participant, talk.teacher.id, populate_existing=True).unread_count == 1


def test_stop_on_the_page_ends_texts_and_start_brings_them_back(app: Flask) -> None:
    talk = thread()
    page, browser = f"/g/{token_for(talk)}", app.test_client()
    assert browser.post(page, data={"body": " Stop ", "key": str(uuid.uuid4())}).status_code == 303
    with pytest.raises(RecipientOptedOut):
        service.send(talk.family.teacher, talk.id, "One more thing", uuid=uuid.uuid4())
    entry = db.session.scalars(select(Consent)).one()
    assert (entry.kind, entry.source, entry.address) == ("opted_out", "web", talk.guardian.address)
    (acknowledged,) = db.session.scalars(select(Delivery)).all()
    assert (acknowledged.address, acknowledged.state) == (talk.guardian.address, "pending")
    assert fresh_row(talk.id).waits_since is None
    browser.post(page, data={"body": "START", "key": str(uuid.uuid4())})
    assert service.send(talk.family.teacher, talk.id, "Welcome back", uuid=uuid.uuid4()).status == "pending"


def test_please_stop_in_other_words_on_the_page_is_pointed_out_and_nothing_more(app: Flask) -> None:
    talk = thread()
    service.guardian_reply(token_for(talk), "please stop texting me", uuid=uuid.uuid4())
    suggested = db.session.scalars(select(Message).where(Message.kind == "event")).one()
    assert suggested.details["type"] == "refusal_suggested"
    assert db.session.scalars(select(Consent)).all() == []


def test_nothing_and_lies_are_refused_and_nothing_is_kept(app: Flask) -> None:
    talk = thread()
    token = token_for(talk)
    with pytest.raises(NothingToSend):
        service.guardian_reply(token, "  ", uuid=uuid.uuid4())
    with pytest.raises(Exception, match="is not what its name says"):
        service.guardian_reply(token, "Look", uuid=uuid.uuid4(), files=[(io.BytesIO(PDF), "photo.jpg", "image/jpeg")])
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_guardian_taken_out_of_a_group_stays_outside(app: Flask) -> None:
    one = family()
    two = family(school=one.school, teacher=one.teacher)
    group = service.start_group(one.teacher, [one.contact_point.id, two.contact_point.id], kind="group")
    member = db.session.scalars(
        select(Participant).where(Participant.conversation_id == group.id, Participant.contact_point_id == one.contact_point.id)
    ).one()
    token = service.create_link(one.teacher, member.id).rsplit("/", 1)[1]
    assert service.open_link(token).link.expires_at > now()
    service.remove_member(one.teacher, member.id)
    with pytest.raises(ExpiredLink):
        service.open_link(token)
