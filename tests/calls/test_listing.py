"""The first page of calls: what goes on, what was, and what belongs to somebody else."""

from tests.calls.conftest import Desk
from tests.conftest import SignIn
from tests.factories import StaffFactory


def test_calls_that_go_on_stand_above_the_conferences_that_were(desk: Desk, sign_in: SignIn) -> None:
    assert "No conference call yet" in desk.browser.get("/calls").text
    desk.everybody_in()
    live = desk.browser.get("/calls").text
    assert "Going on now" in live
    assert "2 guests" in live
    assert f'href="/calls/{desk.call.id}"' in live
    desk.board.room(desk.legs[0], "conference-end")
    past = desk.browser.get("/calls").text
    assert "Going on now" not in past
    assert "2 guests" in past
    assert desk.browser.get("/calls?cursor=nonsense").status_code == 400
    district = desk.thread.family.teacher.district_id
    assert desk.thread.conversation.title not in sign_in(StaffFactory(role="teacher", district_id=district)).get("/calls").text


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
