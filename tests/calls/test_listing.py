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
