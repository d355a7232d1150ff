"""What is sent on from an announcement shows in its report, and nobody is offered to be written to twice."""

import re
from datetime import timedelta

from flask.testing import FlaskClient

from app.announcements import runner, service
from app.announcements.models import Announcement
from app.announcements.queries import families as queries_families
from app.announcements.queries import report as queries_report
from app.announcements.queries.fates import Fate
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery
from tests.announcements.schools import Campus, again, campus, draft, moves, run, send
from tests.conftest import SignIn
from tests.delivery.house import House


def sent_with_failures(place: Campus, number: int) -> Announcement:
    """It went out, and failed for so many."""
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    for place_in_line, one in enumerate(db.session.query(Delivery).order_by(Delivery.id).all()):
        moves(one, "failed" if place_in_line < number else "delivered", error_code="30005" if place_in_line < number else None)
    run(5)
    return announcement


def begun_by(client: FlaskClient, announcement: Announcement, act: str) -> Announcement:
    """The draft behind a button."""
    made = client.post(f"/announcements/{announcement.id}/acts/{act}")
    assert made.status_code == 303
    db.session.rollback()
    return db.session.query(Announcement).order_by(Announcement.id.desc()).limit(1).one()


def goes_out(draft: Announcement, place: Campus, states: list[str]) -> None:
    """It is sent, and this becomes of its texts."""
    known = {row.id for row in db.session.query(Delivery)}
    send(draft, place.admin)
    run(5)
    new = [one for one in db.session.query(Delivery).order_by(Delivery.id) if one.id not in known]
    assert len(new) == len(states)
    for one, state in zip(new, states, strict=True):
        moves(one, state, error_code="30005" if state == "failed" else None)
    run(5)


def test_who_was_reached_by_another_try_is_reached_and_not_offered_again(house: House, sign_in: SignIn) -> None:
    place = campus()
    place.families(5)
    announcement = sent_with_failures(place, 3)
    client = sign_in(place.admin)
    page = client.get(f"/announcements/{announcement.id}").text
    assert ">2 of 5<" in page
    assert "Send again to the 3 it failed for" in page
    further = begun_by(client, announcement, "resend")
    page = client.get(f"/announcements/{announcement.id}").text
    assert "Go on writing" in page
    assert "Send again to the 3 it failed for" in page  # nothing went out yet
    goes_out(further, place, ["delivered", "delivered", "failed"])
    page = client.get(f"/announcements/{announcement.id}").text
    assert ">4 of 5<" in page
    assert re.search(r"Sent again to those it failed for</p><small>[^<]*3 texts: 2 delivered, 1 failed</small>", page)
    assert f'href="/announcements/{further.id}"' in page
    assert "2 of them were reached since." in page
    assert "Send again to the one it failed for" in page
    assert "Later, by text: Delivered" in page
    assert len(queries_families.rows(place.admin, announcement.id, fate=Fate.NOBODY).rows) == 1
    second = begun_by(client, announcement, "resend")
    assert service.preview(place.admin, second.id).people == 1
    goes_out(second, place, ["delivered"])
    page = client.get(f"/announcements/{announcement.id}").text
    assert ">5 of 5<" in page
    assert "Send again" not in page.replace("Sent again", "")


def test_whom_a_stop_left_out_can_be_sent_it_after_all_and_only_once(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    place.families(40)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    some = db.session.query(Delivery).order_by(Delivery.id).limit(12).all()
    reached = {delivery.address for delivery in some}
    db.session.query(Delivery).filter(Delivery.address.not_in(reached)).update({"due_at": now() + timedelta(hours=5)})
    house.hand_over()
    client = sign_in(place.admin)
    assert "it was stopped for" not in client.get(f"/announcements/{announcement.id}").text
    client.post(f"/announcements/{announcement.id}/acts/halt")
    run(10)
    assert "Send to the 28 it was stopped for" in client.get(f"/announcements/{announcement.id}").text
    further = begun_by(client, announcement, "left-out")
    assert "Those for whom “Closed” was stopped before it left." in client.get(f"/announcements/{further.id}/edit").text
    send(further, place.admin)
    run(30)
    house.hand_over()
    run(5)
    sent = [text["to"] for text in house.at_the_network()]
    assert len(sent) == len(set(sent)) == 40
    assert reached < set(sent)
    house.hear()
    page = client.get(f"/announcements/{announcement.id}").text
    assert ">40 of 40<" in page
    assert "it was stopped for</button>" not in page
    fates = queries_report.report(place.admin, announcement.id).fates
    assert fates is not None
    assert (fates.families, fates.reached) == (40, 40)
    assert again(announcement).state == "halted"
