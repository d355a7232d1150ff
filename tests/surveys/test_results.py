"""The page of answers: numbers that add up, who said what, the file, and who may see and close it."""

import csv
import io
import re

import pytest
from sqlalchemy import update

from app.accounts.models import AuditEvent, Role
from app.announcements.queries import exports as queries_exports
from app.conversations.models import Conversation
from app.core import spreadsheets
from app.core.database import db, transaction
from app.delivery.models import Delivery
from app.directory.models import Guardian
from app.live.models import LiveEvent
from app.surveys import queries, telling
from tests.conftest import SignIn
from tests.factories import SchoolFactory, StaffFactory
from tests.surveys.conftest import Fair


def test_the_results_add_up_and_go_along_as_a_file(fair: Fair, sign_in: SignIn) -> None:
    first, second, _third, spanish, _other, _arabic = fair.place.guardians
    with transaction():
        db.session.execute(update(Guardian).where(Guardian.id == first.id).values(given_name="=HYPERLINK(1)"))
    for guardian, body in ((first, "1"), (second, "2"), (spanish, "sí")):
        fair.text(guardian, body)
    admin = sign_in(fair.place.admin)
    address = f"/announcements/{fair.announcement.id}/answers"
    page = admin.get(address).text
    assert ">3 of 6<" in page
    assert "families answered" in page
    assert re.findall(r'class="bar-val">([^<]+)<', page) == ["2 (67 %)", "1 (33 %)", "0 (0 %)", "3"]
    silent = admin.get(f"{address}?choice=0").text
    assert silent.count('aria-label="Write to') == 3
    assert f'contact_point={spanish.contact_points[0].id}"' not in silent
    file = admin.get(f"{address}.csv")
    rows = list(csv.DictReader(io.StringIO(file.text.lstrip("\ufeff"))))
    assert sorted(row["Their answer"] for row in rows) == ["", "", "", "No", "Yes", "Yes"]
    assert next(row["Adult"] for row in rows if "HYPERLINK" in row["Adult"]).startswith("'=")
    assert [line.action for line in db.session.query(AuditEvent).filter_by(action="survey.exported")] == ["survey.exported"]
    thread = db.session.query(Conversation).filter_by(guardian_id=second.id).one()
    assert "answered “Will you come?”: No" in admin.get(f"/conversations/{thread.id}").text
    assert "See the answers" in admin.get(f"/announcements/{fair.announcement.id}").text


def test_who_never_got_the_question_is_not_silent(fair: Fair, sign_in: SignIn) -> None:
    first, second, third, *_others = fair.place.guardians
    got = {one.address: one for one in db.session.query(Delivery).filter_by(owner_kind="announcement")}
    fair.house.set(got[fair.phone(first)], state="failed", error_code="30005")
    fair.text(second, "1")
    fair.text(third, "2")
    admin = sign_in(fair.place.admin)
    address = f"/announcements/{fair.announcement.id}/answers"
    page = admin.get(address).text
    assert ">2 of 5<" in page
    assert "1 family has not got the question." in page
    assert admin.get(f"{address}?choice=0").text.count('aria-label="Write to') == 3
    rows = list(csv.DictReader(io.StringIO(admin.get(f"{address}.csv").text.lstrip("\ufeff"))))
    assert sorted(row["Their answer"] for row in rows) == ["", "", "", "Has not got the question", "No", "Yes"]


def test_no_transaction_stays_open_while_a_file_leaves(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (spreadsheets, queries, queries_exports):
        monkeypatch.setattr(room, "AT_ONCE", 2)
    admin, number = fair.place.admin, fair.announcement.id
    for rows in (queries.everybody(queries.asking_visible_to(admin, number)), queries_exports.everybody(admin, number)):
        pieces = 0
        for _piece in spreadsheets.csv_lines(["Name"], ([getattr(row, "contact", row).name] for row in rows)):
            pieces += 1
            assert not db.session().in_transaction(), f"while piece {pieces} is on its way"
        assert pieces == 4


def test_browsers_hear_once_however_many_answer(fair: Fair) -> None:
    for guardian in fair.place.guardians:
        fair.text(guardian, "1")
    telling.turn()
    fair.text(fair.place.guardians[0], "2")
    telling.turn()
    db.session.rollback()
    told = [event.payload for event in db.session.query(LiveEvent).filter_by(name="survey:progress")]
    assert told == [{"announcement_id": fair.announcement.id}]  # the second time it is not a second later


def test_staff_close_and_open_it_and_others_do_not_see_it(fair: Fair, sign_in: SignIn) -> None:
    guardian = fair.place.guardians[0]
    address = f"/announcements/{fair.announcement.id}/answers"
    admin = sign_in(fair.place.admin)

    def shown() -> dict[str, str]:
        return {"closes_at": re.findall(r'name="closes_at" value="([^"]+)"', admin.get(address).text)[0]}

    stale = shown()
    assert admin.post(f"{address}/close", data=stale).status_code == 303
    fair.text(guardian, "1")
    assert fair.answers() == {}
    assert admin.post(f"{address}/close", data=stale).status_code == 409
    for strange in ("2026-05-01T10:00:00", "9999-12-31T23:59:59-14:00", "soon"):
        assert admin.post(f"{address}/close", data={"closes_at": strange}).status_code == 409
    assert admin.post(f"{address}/keep-open", data={**shown(), "until": "9999-12-31T23:59"}).status_code == 422
    assert admin.post(f"{address}/keep-open", data={**shown(), "until": "2001-01-01T10:00"}).status_code == 422
    elsewhere = StaffFactory(role=Role.SCHOOL_ADMIN, schools=[SchoolFactory(district=fair.place.district)])
    db.session.commit()
    assert sign_in(elsewhere).get(address).status_code == 404
    assert sign_in(elsewhere).get(f"{address}.csv").status_code == 404
