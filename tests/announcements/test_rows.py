"""What is done from the row of a report: write to somebody, leave them alone, find them, take the list along."""

import html
import re

import pytest

from app.announcements import family_counts, service
from app.announcements.models import Announcement
from app.announcements.queries import families as queries_families
from app.announcements.queries import report as queries_report
from app.announcements.queries.contacts import Wish
from app.announcements.service import DraftText
from app.core.database import db, release_connection
from app.delivery.models import Delivery
from app.directory.models import ConsentKind, ConsentSource, ContactPoint, Guardian
from app.directory.service.consent import record_consent
from tests.announcements.schools import Campus, again, campus, draft, run, send, sms
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import ContactPointFactory, PhoneNumberFactory, StaffFactory


@pytest.fixture
def place(house: House) -> Campus:
    """A school with three families."""
    found = campus()
    found.families(3)
    PhoneNumberFactory(district=found.district)  # for conversations
    db.session.commit()
    return found


def sent(house: House, place: Campus) -> Announcement:
    """An announcement that everybody got."""
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(3)
    house.hand_over()
    house.hear()
    run(3)
    return again(announcement)


def wish_of(place: Campus, announcement: Announcement, point_id: int) -> Wish | None:
    """What the row of an address says of its wish."""
    db.session.rollback()
    rows = queries_families.rows(place.admin, announcement.id).rows
    release_connection()
    return next(one.wish for row in rows for one in row.contacts if one.contact_point_id == point_id)


def test_staff_block_an_address_and_let_it_again_but_never_overrule_a_stop(house: House, place: Campus, sign_in: SignIn) -> None:
    announcement = sent(house, place)
    (first, _phone), (second, phone) = db.session.query(ContactPoint.id, ContactPoint.address).order_by(ContactPoint.id).limit(2).all()
    address, scope, district = f"/announcements/{announcement.id}", announcement.sender_scope or "", place.district.id
    admin = sign_in(place.admin)
    db.session.commit()
    assert admin.post(f"{address}/block/{first}").status_code == 303
    wish = wish_of(place, announcement, first)
    assert wish
    assert wish.is_by_staff
    assert "Blocked by staff" in admin.get(address).text
    draft_again = service.duplicate(place.admin, announcement.id)
    assert service.preview(place.admin, draft_again.id).channels["sms"].skipped == {"opted_out": 1}
    release_connection()
    admin.post(f"{address}/unblock/{first}")
    assert wish_of(place, announcement, first) is None
    record_consent(district, phone, scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD, wording="STOP")
    page = admin.get(address).text
    assert "Said STOP" in page
    answer = admin.post(f"{address}/unblock/{second}", follow_redirects=True)
    assert "only they can opt back in" in answer.text
    assert wish_of(place, announcement, second) is not None


def test_a_row_leads_into_the_thread_and_a_name_finds_its_family(house: House, place: Campus, sign_in: SignIn) -> None:
    announcement = sent(house, place)
    mother = db.session.get_one(Guardian, place.guardians[1].id)
    mother.family_name, mother.search_text = "Zamorano", "zamorano"
    db.session.commit()
    point = db.session.query(ContactPoint).filter_by(guardian_id=mother.id).one()
    address, point_id = f"/announcements/{announcement.id}", point.id
    admin = sign_in(place.admin)
    db.session.commit()
    first = admin.post(f"{address}/write/{point_id}").location
    assert first.startswith("/conversations/")
    assert admin.post(f"{address}/write/{point_id}").location == first
    found = queries_families.rows(place.admin, announcement.id, words="zamor").rows
    assert [row.family_id for row in found] == [mother.id]
    assert queries_families.rows(place.admin, announcement.id, words="nobody").rows == []
    failed = db.session.query(Delivery).filter_by(contact_point_id=point_id).one()
    house.set(failed, state="failed", error_code="30005")
    release_connection()
    assert len(admin.get(f"{address}/failed.csv").text.splitlines()) == 2
    everybody = admin.get(f"{address}/report.csv").text
    assert len(everybody.splitlines()) == 4
    assert "Zamorano" in everybody


def test_a_reason_counts_what_its_list_shows_and_what_was_known_before_is_no_alarm(house: House, place: Campus, sign_in: SignIn) -> None:
    for guardian in place.families(4):
        guardian.contact_points[0].is_active = False
    ContactPointFactory(guardian=place.guardians[0], kind="email", address="mother@mail.test")
    colleague = StaffFactory(schools=[place.school], phone=None)
    chosen = {"schools": [place.school.id], "staff": [colleague.id]}
    words = sms("Closed."), DraftText("email", "en", "Closed.", "Closed")
    announcement = draft(place, *words, has_canary=False, channels=("sms", "email"), audience=chosen, send_to="all")
    send(announcement, place.admin)
    run(until="sending")
    run(3)
    client, address = sign_in(place.admin), f"/announcements/{announcement.id}"
    page = client.get(address).text
    assert re.search(r'fail-n">6</span><div><p class="medium">Email: No email address on file</p><small>6 people in 6 families', page)
    assert "5 people in 4 families; 1 of them is staff or from a list" in page
    assert "fail-n danger" not in page
    assert "status-danger" not in page
    assert re.search(r"Could not be written to <b>4</b>.*Nobody reached <b>0</b>", page, re.DOTALL)
    family_counts.turn()
    assert "0 of 7 families reached · On its way: 3 · Could not be written to: 4" in client.get("/announcements").text
    links = re.findall(r'href="([^"#]*show=skipped[^"#]*)#families"', page)
    lists = [client.get(html.unescape(link)).text for link in links]
    assert [re.findall(r'id="families-title"[^>]*>People <span class="num muted">(\d+)<', each) for each in lists] == [["6"], ["5"]]
    fates = queries_report.report(place.admin, announcement.id).fates
    assert fates is not None
    assert (fates.families, fates.no_way, fates.unreached, fates.on_the_way) == (7, 4, 0, 3)
