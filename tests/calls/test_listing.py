"""The first page of calls: what goes on, what was, and what belongs to somebody else."""

import re
from datetime import timedelta

import pytest

from app.calls import service
from app.calls.models import Call, DirectCall, RecordingKind, Way
from app.calls.service import DirectPlan, Plan, recordings
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.core.ids import new_uuid
from tests.calls.conftest import OWN, Desk
from tests.conftest import SignIn
from tests.factories import StaffFactory
from tests.factories.people import ContactPointFactory
from tests.factories.threads import family


def test_calls_that_go_on_stand_above_the_conferences_that_were(desk: Desk, sign_in: SignIn) -> None:
    assert "No conference call yet" in desk.browser.get("/calls").text
    desk.everybody_in()
    live = desk.browser.get("/calls").text
    assert "Going on now" in live
    assert "3 in the call" in live
    assert f'href="/calls/{desk.call.id}"' in live
    desk.board.room(desk.legs[0], "conference-end")
    past = desk.browser.get("/calls").text
    assert "Going on now" not in past
    assert "3 people took part" in past
    assert desk.browser.get("/calls?cursor=nonsense").status_code == 400
    district = desk.thread.family.teacher.district_id
    assert desk.thread.conversation.title not in sign_in(StaffFactory(role="teacher", district_id=district)).get("/calls").text


def test_both_lists_of_calls_are_one_place(desk: Desk) -> None:
    heads = [
        re.search(r"<header class=\"page-head\">.*?</header>", desk.browser.get(page).text, re.DOTALL)
        for page in ("/calls", "/calls/history")
    ]
    here = ' aria-current="page"'
    now, everything = [head[0] if head else "" for head in heads]
    assert now.replace(here, "") == everything.replace(here, "")
    assert f'<a href="/calls"{here}>' in now
    assert f'<a href="/calls/history"{here}>' in everything
    assert "Open the phone" in now


def test_each_call_that_goes_on_leads_to_a_page_that_its_reader_may_open(desk: Desk, sign_in: SignIn) -> None:
    point = desk.thread.family.contact_point.id
    form = {"conversation": desk.thread.id, "point": point, "request_key": "direct", "way": "browser"}
    assert desk.browser.post("/calls/direct/new", data=form).status_code == 303
    school = desk.thread.family.school
    for role in ("viewer", "office"):
        reader = sign_in(StaffFactory(role=role, district_id=school.district_id, schools=[school]))
        page = reader.get("/calls").text
        link = re.search(rf'href="(/calls/[^"]*{desk.call.id})" dir', page)
        assert link, page
        assert reader.get(link[1]).status_code == 200


def test_a_call_stands_only_in_the_thread_of_whom_it_is_about(desk: Desk) -> None:
    teacher = desk.thread.family.teacher
    stranger = family(desk.thread.family.school, teacher)
    db.session.commit()
    point = stranger.contact_point.id
    direct = {"conversation": desk.thread.id, "point": point, "request_key": "direct", "way": "browser"}
    assert desk.browser.post("/calls/direct/new", data=direct).status_code == 404
    plan = DirectPlan("direct", point, Way.BROWSER, conversation_id=desk.thread.id)
    with pytest.raises(NotVisible):
        service.start_direct(teacher, plan)
    with pytest.raises(NotVisible):
        service.start_conference(teacher, Plan("conference", OWN, conversation_id=desk.thread.id, point_ids=[point]))
    assert db.session.query(Call).count() == 0
    desk.everybody_in()
    assert desk.browser.post(f"/calls/{desk.call.id}/people", data={"point": point}).status_code == 404
    assert len(desk.legs) == 3  # as before


def test_an_admin_says_which_countries_may_be_called(desk: Desk, sign_in: SignIn) -> None:
    assert desk.browser.get("/calls/settings").status_code == 403
    admin = sign_in(StaffFactory(role="district_admin", district_id=desk.thread.family.teacher.district_id))
    refused = admin.post("/calls/settings", data={"countries": "MX, ZZ"})
    assert refused.status_code == 422
    assert "ZZ" in refused.text
    assert admin.post("/calls/settings", data={"countries": "mx, CA"}).status_code == 303
    page = admin.get("/calls/settings").text
    assert "Canada, Mexico" in page
    assert 'id="may_record" name="may_record" checked' not in page
    desk.everybody_in()
    assert desk.press_all("record") == 422


def test_somebody_on_two_phones_took_part_once(desk: Desk) -> None:
    people = desk.thread.family
    home = ContactPointFactory(guardian=people.guardian)
    db.session.commit()
    desk.start(point=[people.contact_point.id, home.id], name="Coach Ray", phone="(503) 555-0121")
    desk.work()
    desk.board.script(desk.legs[0], key="1")
    desk.board.room(desk.legs[0], "participant-join", Muted="false", Hold="false")
    desk.work()
    for leg in desk.legs[1:3]:
        desk.board.script(leg)
        desk.board.detect(leg, "human")
        desk.board.room(leg, "participant-join", Muted="false", Hold="false")
    desk.board.status(desk.legs[3], "no-answer")
    assert "2 in the call, 1 not" in desk.browser.get(f"/calls/{desk.call.id}").text
    desk.board.room(desk.legs[0], "conference-end")
    assert "2 people took part" in desk.browser.get("/calls").text
    assert "2 people took part" in desk.browser.get(f"/calls/{desk.call.id}").text
    thread = desk.browser.get(f"/conversations/{desk.thread.id}").text
    assert f"had a conference call with {people.guardian.full_name}, 1 minute. Not reached: Coach Ray." in thread


def test_missed_calls_that_nobody_answered_are_counted_and_recorded_ones_are_one_press_away(desk: Desk) -> None:
    people = desk.thread.family
    ours = {
        "district_id": people.school.district_id, "school_id": people.school.id, "phone_number_id": people.number.id,
        "staff_id": people.teacher.id, "kind": "return", "status": "no_answer",
    }  # fmt: skip

    def calls(address: str, **more: object) -> Call:
        call = Call(**ours, title=address, request_key=new_uuid().hex, **more)
        db.session.add(call)
        db.session.flush()
        db.session.add(DirectCall(call_id=call.id, is_inbound=True, address=address, name="", stage="over", outcome="missed"))
        db.session.commit()
        return call

    def missed() -> str:
        found = re.search(r"show=missed\"[^>]*>Missed(?: <span class=\"num\">(\d+)</span>)?</a>", desk.browser.get("/calls/history").text)
        assert found
        return found[1] or ""

    assert missed() == ""
    calls("+15035550881")
    calls("+15035550881")  # the same phone once more is one call back
    kept = calls("+15035550882")
    calls("")  # nobody can answer who hides their number
    calls("+15035550883", created_at=now() - timedelta(days=15))
    assert missed() == "2"
    point = people.contact_point
    calls(point.address)
    assert missed() == "3"
    form = {"conversation": desk.thread.id, "point": point.id, "request_key": "back", "way": "browser"}
    assert desk.browser.post("/calls/direct/new", data=form).status_code == 303
    assert missed() == "2"
    assert "No calls here" in desk.browser.get("/calls/history?show=recorded").text
    with transaction():
        recordings.expect(kept, RecordingKind.CALL, "RE1", language="en", consent_basis="all")
    assert re.findall(r"/calls/history/(\d+)\"", desk.browser.get("/calls/history?show=recorded").text) == [str(kept.id)]
