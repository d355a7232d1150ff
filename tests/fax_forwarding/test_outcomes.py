"""Who wished to know learns by email how a fax ended, once for each time that it left."""

import pytest

from app.core.database import db, transaction
from app.delivery.models import Delivery, DeliveryContent, DeliveryState
from app.fax.models import Fax
from app.fax.service.looks import hold, touch
from tests.factories.faxes import fax
from tests.fax_forwarding.conftest import CLINIC, Desk, document

PRIYA, HEAD = "priya@cedar.test", "head@cedar.test"


def sent(desk: Desk, status: str = "sending", **more: object) -> Fax:
    values = {"emails": [PRIYA, HEAD, PRIYA], "author_id": desk.person.id, "delivery_id": delivery(desk).id, "document_key": document()}
    return fax(desk.school, direction="out", status=status, provider_id=None, **(values | more))


def delivery(desk: Desk) -> Delivery:
    content = DeliveryContent(body="")
    db.session.add(content)
    db.session.flush()
    one = Delivery(
        district_id=desk.school.district_id, owner_kind="elsewhere", owner_id=1, content_id=content.id, channel="fax",
        address="+15035550171", state=DeliveryState.DELIVERED, due_at=desk.fax.created_at,
    )  # fmt: skip
    db.session.add(one)
    db.session.commit()
    return one


def ends(fax_id: int, **values: object) -> None:
    with transaction():
        row = hold(fax_id)
        for name, value in values.items():
            setattr(row, name, value)
        touch(row)


def test_it_is_told_once_however_often_the_fax_changes(desk: Desk) -> None:
    one = sent(desk)
    ends(one.id)  # it is on its way
    ends(one.id, status="sent", sent_pages=1)
    ends(one.id, note="looked at")
    desk.work()
    assert desk.mailing.office.by_address() == {PRIYA: 1, HEAD: 1}
    (letter,) = desk.letters(PRIYA)
    assert letter["Subject"] == "Your fax to Cascade Pediatrics was sent"
    said = letter.get_body(("plain",)).get_content()
    assert "1 page arrived at Cascade Pediatrics, (503) 555-0171" in said
    assert f"https://cedar.test/fax/{one.id}" in said
    assert "List-Unsubscribe" not in letter


def test_a_failure_says_why_and_another_try_is_told_again(desk: Desk) -> None:
    one = sent(desk)
    ends(one.id, status="failed", failure="fax_busy")
    ends(one.id, status="sending", delivery_id=delivery(desk).id, failure=None)
    ends(one.id, status="sent", sent_pages=1)
    desk.work()
    subjects = [letter["Subject"] for letter in desk.letters(HEAD)]
    assert sorted(subjects) == ["Your fax to Cascade Pediatrics was not sent", "Your fax to Cascade Pediatrics was sent"]
    (failed,) = [letter for letter in desk.letters(HEAD) if "not sent" in letter["Subject"]]
    assert "busy" in failed.get_body(("plain",)).get_content()


@pytest.mark.parametrize("why", ["nobody wished", "a draft", "received"])
def test_where_nobody_wished_or_nothing_ended_nobody_is_told(desk: Desk, why: str) -> None:
    if why == "received":
        ends(desk.fax.id, emails=[PRIYA])
    else:
        one = sent(desk, **({"emails": []} if why == "nobody wished" else {}))
        ends(one.id, status="draft" if why == "a draft" else "sent")
    desk.work()
    assert desk.mailing.office.letters == []


def test_it_speaks_the_authors_language(desk: Desk) -> None:
    desk.person.language = "es"
    one = sent(desk)
    ends(one.id, status="sent", sent_pages=1)
    desk.work()
    assert desk.letters(PRIYA)[0]["Subject"] == "Su fax para Cascade Pediatrics se envió"


def test_who_forwarded_in_vain_learns_it(desk: Desk) -> None:
    desk.mailing.office.to_rcpt[CLINIC] = "550 5.1.1 No such user"
    desk.forward()
    desk.work()
    desk.work()
    (letter,) = desk.letters(PRIYA)
    assert letter["Subject"] == f"Your fax was not forwarded to {CLINIC}"
    assert "no such mailbox" in letter.get_body(("plain",)).get_content()


def test_such_an_email_that_fails_leads_to_no_other(desk: Desk) -> None:
    desk.mailing.office.to_rcpt |= {CLINIC: "550 5.1.1 No such user", PRIYA: "550 5.1.1 No such user"}
    desk.forward()
    desk.work()
    desk.work()
    assert desk.mailing.office.letters == []
    kinds = {one.owner_kind: one.settled_at for one in db.session.query(Delivery).filter_by(state=DeliveryState.FAILED)}
    assert set(kinds) == {"fax_forward", "fax_outcome"}
    assert all(kinds.values())
