"""The list, one beside it, and who sees what."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest

from app.accounts.models import AuditEvent, Role
from app.core.clock import now
from app.core.database import db
from app.fax.links import link
from app.fax.models import FaxPage
from app.live.models import LiveEvent
from tests.conftest import SignIn
from tests.factories import DistrictFactory, SchoolFactory, StaffFactory, fax
from tests.fax.conftest import PART, Desk


def listed(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li id="f(\d+)"', page)]


def test_new_ones_stand_first_and_all_is_in_the_row(desk: Desk) -> None:
    read = desk.fax(read_at=now(), subject="Excuse note", filed_at=now(), filed_by_id=desk.clerk.id, name="Riverbend Dental")
    fresh = desk.fax(pages=3, subject="Immunization record")
    page = desk.browser.get("/fax").text
    assert listed(page) == [fresh.id, read.id]
    assert page.index("New ") < page.index(f'id="f{fresh.id}"') < page.index("Earlier") < page.index(f'id="f{read.id}"')
    row = desk.browser.get(f"/fax/{fresh.id}/row").text
    assert "(503) 555-0171 · 3 pages" in row
    assert "Immunization record" in row
    assert "is-new" in row
    assert "filed by Bea" in page
    assert 'data-count="fax">1<' in page
    picture = re.search(r'<img src="(/fax/files/[^"]+)"', row)
    assert picture
    found = desk.browser.get(picture[1])
    assert (found.status_code, found.mimetype, found.data[:4]) == (200, "image/png", b"\x89PNG")


def test_an_unknown_toll_free_sender_looks_like_junk_and_one_we_named_does_not(desk: Desk) -> None:
    desk.fax(name="", station="", address="+18885550140")
    desk.fax(name="State Board", address="+18885550141")
    page = desk.browser.get("/fax").text
    assert page.count("Looks like junk") == 1
    assert "Unknown sender" in page


def test_chips_narrow_the_list(desk: Desk) -> None:
    came = desk.fax()
    hidden = desk.fax(hidden_at=now())
    filed = desk.fax(read_at=now(), filed_at=now(), student_id=desk.people.student.id)
    sent = desk.fax(direction="out", status="sent", author_id=desk.clerk.id)
    queued = desk.fax(direction="out", status="scheduled", author_id=desk.people.teacher.id, send_at=now() + timedelta(hours=1))
    failed = desk.fax(direction="out", status="failed", failure="fax_busy")
    draft = desk.fax(direction="out", status="draft", author_id=desk.clerk.id)
    gone = desk.fax(deleted_at=now())
    mine = desk.fax(assignee_id=desk.clerk.id, read_at=now())

    def shown(box: str) -> set[int]:
        return set(listed(desk.browser.get(f"/fax?box={box}").text))

    assert shown("received") == {came.id, filed.id, mine.id}
    assert shown("sent") == {sent.id, queued.id}
    assert shown("failed") == {failed.id}
    assert shown("filed") == {filed.id}
    assert shown("hidden") == {hidden.id}
    assert shown("drafts") == {draft.id}
    assert shown("mine") == {mine.id, sent.id}
    assert shown("all") == {came.id, filed.id, mine.id, sent.id, queued.id, failed.id}
    assert gone.id not in shown("nonsense")
    assert "On the way" in desk.browser.get("/fax?box=sent").text
    assert f'/fax/{draft.id}/edit"' in desk.browser.get("/fax?box=drafts").text
    assert "filed to Mateo H." in desk.browser.get("/fax?box=filed").text
    assert desk.browser.get("/fax/counts").json == {"boxes": {"received": 1, "failed": 1}, "rail": 1}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=IMMUNIZATION+mateo", "page"), ("q=50%25", ""), ("name=cascade", "page"), ("number=555-0199", "other"),
        ("hidden_number=1", "hidden"), ("read=read", "other"), ("read=unread", "page hidden"), ("assignee=me", "other"),
        ("assignee=none", "page hidden"), ("since=2026-11-02&until=2026-11-02", "other"), ("since=2026-11-03", "page hidden"),
        ("until=soon", "page other hidden"),
        ("until=9999-12-31", "page other hidden"), ("since=0001-01-01", "page other hidden"),
        ("assignee=xx&read=maybe", "page other hidden"), ("q=Kaiser&number=0199", "other"),
    ],
)  # fmt: skip
def test_filters_narrow_the_list(desk: Desk, query: str, expected: str) -> None:
    late = datetime(2026, 11, 3, 7, 30, tzinfo=UTC)  # still the second at the school
    later = late + timedelta(days=3)
    rows = {
        "page": desk.fax(words="Certificate of Immunization Status Mateo Hernández", created_at=later),
        "other": desk.fax(name="Kaiser", address="+15035550199", words="x", read_at=now(), assignee_id=desk.clerk.id, created_at=late),
        "hidden": desk.fax(name="", station="", address="", words="y", created_at=later),
    }
    found = set(listed(desk.browser.get(f"/fax?{query}").text))
    assert found == {rows[name].id for name in expected.split()}
    form = desk.browser.get(f"/fax/filters?{query}")
    assert form.status_code == HTTPStatus.OK
    assert desk.people.teacher.name in form.text


def test_the_list_goes_on_where_a_page_ends(desk: Desk) -> None:
    for number in range(55):
        desk.fax(pages=0, read_at=None if number % 2 else now())
    first = desk.browser.get("/fax").text
    more = re.search(r'hx-get="([^"]+)"', first)
    assert more
    second = desk.browser.get(more[1].replace("&amp;", "&"), headers=PART).text
    assert len(listed(first)) == 50
    assert len(set(listed(first)) | set(listed(second))) == 55


def test_who_sees_what(desk: Desk, sign_in: SignIn) -> None:
    school = desk.people.school
    plain, health = desk.fax(name="Plain"), desk.fax(name="Health", is_restricted=True)
    central = desk.fax(name="Central")
    central.school_id = None
    given = desk.fax(name="Given", is_restricted=True, assignee_id=desk.people.teacher.id)
    elsewhere = fax(SchoolFactory(district=None, district_id=school.district_id), name="Elsewhere")
    abroad = fax(SchoolFactory(district=DistrictFactory()), name="Abroad")
    everything = {plain.id, health.id, central.id, given.id}

    def sees(role: Role) -> set[int]:
        return set(listed(sign_in(StaffFactory(role=role, schools=[school])).get("/fax?box=all").text))

    assert set(listed(desk.browser.get("/fax?box=all").text)) == everything
    assert sees(Role.SCHOOL_ADMIN) == everything
    assert sees(Role.VIEWER) == {plain.id, central.id}
    assert sees(Role.TEACHER) == set()
    assert sees(Role.DISTRICT_ADMIN) == everything | {elsewhere.id}
    hers = sign_in(desk.people.teacher)
    assert listed(hers.get("/fax").text) == [given.id]
    assert hers.get(f"/fax/{health.id}").status_code == HTTPStatus.NOT_FOUND
    assert desk.browser.get(f"/fax/{abroad.id}").status_code == HTTPStatus.NOT_FOUND


def test_a_page_opens_only_for_who_got_its_link_and_may_still_see_the_fax(desk: Desk, sign_in: SignIn) -> None:
    one = desk.fax(assignee_id=desk.people.teacher.id)
    key = db.session.query(FaxPage).one().image_key
    hers = sign_in(desk.people.teacher)
    address = link(one.id, key, desk.people.teacher.id)
    assert hers.get(address).status_code == HTTPStatus.OK
    part = hers.get(address, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"\x89PNG")
    assert "private" in part.headers["Cache-Control"]
    assert desk.browser.get(address).status_code == HTTPStatus.NOT_FOUND
    assert hers.get(link(one.id, key, desk.people.teacher.id, now() - timedelta(seconds=1))).status_code == HTTPStatus.GONE
    desk.now(one).assignee_id = None
    assert hers.get(address).status_code == HTTPStatus.NOT_FOUND


def test_one_beside_the_list_with_its_pages(desk: Desk) -> None:
    one = desk.fax(pages=3, subject="Record", words="Name Joseph Whitehorse")
    page = desk.browser.get(f"/fax/{one.id}").text
    assert page.count('class="paper"') == 3
    assert "Page 2. Name Joseph Whitehorse page 2" in page
    assert "<h1" in page
    assert 'aria-current="true"' in page
    part = desk.browser.get(f"/fax/{one.id}", headers=PART).text
    assert part.lstrip().startswith("<section")
    assert "Fine" in part
    assert desk.browser.get(f"/fax/{one.id}").status_code == 200
    opened = db.session.query(AuditEvent).filter_by(action="fax.opened", subject_id=one.id).all()
    assert [event.staff_id for event in opened] == [desk.clerk.id]  # an open once an hour
    assert desk.now(one).read_at is None  # it was not in sight for a second


def test_pages_on_their_way_and_pages_that_will_never_come_say_so(desk: Desk) -> None:
    waiting = desk.fax(pages=0, paper="waiting")
    broken = desk.fax(pages=0, paper="broken", problem="damaged")
    assert "on their way" in desk.browser.get(f"/fax/{waiting.id}").text
    assert "cannot be shown" in desk.browser.get(f"/fax/{broken.id}").text
    listed_page = desk.browser.get("/fax").text
    assert "Its pages are on their way" in listed_page
    assert "Its pages cannot be shown" in listed_page


def test_read_after_a_second_new_again_and_who_only_looks_leaves_it_new(desk: Desk, sign_in: SignIn) -> None:
    one = desk.fax()
    viewer = sign_in(StaffFactory(role=Role.VIEWER, schools=[desk.people.school]))
    assert viewer.post(f"/fax/{one.id}/read").status_code == HTTPStatus.NO_CONTENT
    assert desk.now(one).read_at is None
    assert desk.browser.post(f"/fax/{one.id}/read").status_code == HTTPStatus.NO_CONTENT
    row = desk.now(one)
    assert (row.read_by_id, row.version) == (desk.clerk.id, 1)
    assert desk.browser.post(f"/fax/{one.id}/read").status_code == HTTPStatus.NO_CONTENT
    assert desk.now(one).version == 1
    told = db.session.query(LiveEvent).filter_by(name="fax:changed", audience=f"school:{desk.people.school.id}").all()
    assert [event.payload["fax_id"] for event in told] == [one.id]
    assert "Read by Bea Clerk" in desk.browser.get(f"/fax/{one.id}").text


def test_a_page_stays_as_it_was_turned(desk: Desk, sign_in: SignIn) -> None:
    one = desk.fax(pages=2)
    first, second = db.session.query(FaxPage).order_by(FaxPage.number).all()
    address = f"/fax/{one.id}/pages/{first.id}/turn"
    assert desk.browser.post(address, data={"turn": "90"}).location == f"/fax/{one.id}#p1"
    assert desk.browser.post(f"/fax/{one.id}/pages/{second.id}/turn", data={"turn": "180"}).status_code == 303
    assert (desk.now(one).first_turn, db.session.get_one(FaxPage, second.id, populate_existing=True).turn) == (90, 180)
    page = desk.browser.get(f"/fax/{one.id}").text
    assert 'viewBox="0 0 1100 864"' in page
    assert 'data-turn="90"' in desk.browser.get(f"/fax/{one.id}/row").text
    assert 'transform="translate(864 1100) rotate(180)"' in desk.browser.get(f"/fax/{one.id}/print").text
    assert desk.browser.post(address, data={"turn": "45"}).status_code == HTTPStatus.NOT_FOUND
    assert desk.browser.post(f"/fax/{desk.fax().id}/pages/{first.id}/turn", data={"turn": "0"}).status_code == HTTPStatus.NOT_FOUND
    viewer = sign_in(StaffFactory(role=Role.VIEWER, schools=[desk.people.school]))
    assert viewer.post(address, data={"turn": "0"}).status_code == HTTPStatus.NOT_FOUND
    actions = [event.action for event in db.session.query(AuditEvent).filter_by(subject_id=one.id)]
    assert (actions.count("fax.turned"), actions.count("fax.printed")) == (2, 1)


def test_who_gets_only_what_is_given_to_her_is_not_told_that_all_comes_here(desk: Desk, sign_in: SignIn) -> None:
    assert "What arrives at the fax number" in desk.browser.get("/fax").text
    hers = sign_in(desk.people.teacher).get("/fax").text
    assert "What arrives at the fax number" not in hers
    assert "Faxes that the office gives to you show up here" in hers


def test_a_search_says_how_many_there_are_and_leads_back(desk: Desk) -> None:
    for number in range(51):
        desk.fax(
            pages=0, name=f"Clinic {number}", search_text=f"clinic {'rare' if number == 7 else 'often'} {'pair' if number < 2 else ''}"
        )
    assert "1 fax found" in desk.browser.get("/fax?q=rare").text
    two = desk.browser.get("/fax?q=pair&box=all").text
    assert "2 faxes found" in two
    assert '<a href="/fax?box=all">Back to the list</a>' in two
    assert "More than 50 faxes found" in desk.browser.get("/fax?q=clinic").text
    assert "found</span>" not in desk.browser.get("/fax").text


def test_what_was_searched_for_is_marked_on_its_page(desk: Desk) -> None:
    one = desk.fax(pages=2, words="Hepatitis B Núñez")
    page = db.session.query(FaxPage).filter_by(fax_id=one.id, number=2).one()
    page.lines = [{"x": 0.1, "y": 0.5, "w": 0.4, "h": 0.02, "words": "Hepatitis B Núñez"}]
    db.session.commit()
    shown = desk.browser.get(f"/fax/{one.id}?q=nunez").text
    mark = re.search(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', shown)
    assert mark
    x, y, width, height = map(int, mark.groups())
    left, right = 0.1 * page.width + 0.4 * page.width * 12 / 17, 0.5 * page.width
    assert abs(x - left) < 5
    assert abs(x + width - right) < 5
    assert y < 0.5 * page.height < y + height
    assert shown.count('class="paper-marks"') == 1  # nobody knows where it stands on the other
    assert shown.count("<mark>Núñez</mark>") == 2
    assert "<mark>" not in desk.browser.get(f"/fax/{one.id}").text
