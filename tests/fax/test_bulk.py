"""Several faxes at once."""

from http import HTTPStatus
from typing import Any

from app.core.clock import now
from app.fax.models import Fax
from tests.conftest import SignIn
from tests.factories import SchoolFactory, fax
from tests.fax.conftest import JSON, Desk
from tests.fax.test_inbox import listed


def press(desk: Desk, act: str, *faxes: Fax, **form: Any) -> Any:
    return desk.browser.post("/fax/bulk", data={"act": act, "ids": [one.id for one in faxes], **form}, headers=JSON)


def test_several_are_marked_hidden_and_deleted_and_all_come_back(desk: Desk) -> None:
    faxes = [desk.fax() for _each in range(3)]
    ids = [one.id for one in faxes]
    assert press(desk, "read", *faxes).json["said"] == "Marked as read: 3 faxes."
    assert [desk.now(one).read_by_id for one in faxes] == [desk.clerk.id] * 3
    for act in ("hide", "delete"):
        answer = press(desk, act, *faxes[:2])
        assert answer.json["ids"] == ids[:2]
        assert listed(desk.browser.get("/fax").text) == ids[2:]
        way = answer.json["undo"]
        assert desk.browser.post(way["href"], data=way["fields"], headers=JSON).json["ids"] == ids[:2]
        assert len(listed(desk.browser.get("/fax").text)) == 3
    assert press(desk, "unread", faxes[0]).json["said"] == "Marked as new: 1 fax."
    assert press(desk, "dance", faxes[0]).status_code == HTTPStatus.NOT_FOUND
    assert press(desk, "read").json["ids"] == []


def test_what_cannot_be_is_told_and_spoils_nothing(desk: Desk) -> None:
    plain, held = desk.fax(), desk.fax(held_at=now(), held_by_id=desk.clerk.id)
    sending = desk.fax(direction="out", status="sending")
    elsewhere = fax(SchoolFactory(district=None, district_id=plain.district_id))
    answer = press(desk, "delete", plain, held, sending, elsewhere)
    assert answer.json["ids"] == [plain.id]
    assert "Deleted: 1 fax." in answer.json["said"]
    assert "legal hold" in answer.json["said"]
    assert "still on its way" in answer.json["said"]
    assert [desk.now(one).deleted_at is None for one in (plain, held, sending, elsewhere)] == [False, True, True, True]
    assert desk.now(held).version == 0


def test_several_are_given_and_filed_by_a_page_that_asks_to_whom(desk: Desk, sign_in: SignIn) -> None:
    faxes = [desk.fax(), desk.fax()]
    teacher, student = desk.people.teacher, desk.people.student
    student.search_text = "mateo hernandez"
    choose = desk.browser.get("/fax?select=1").text
    assert f'value="{faxes[0].id}"' in choose
    assert 'id="select-all"' in choose
    asked = press(desk, "assign", *faxes).text
    assert teacher.name in asked
    assert f'value="{faxes[0].id},{faxes[1].id}"' in asked
    given = desk.browser.post("/fax/bulk", data={"act": "assign", "ids": f"{faxes[0].id},{faxes[1].id}", "to": teacher.id, "back": "/fax"})
    assert given.location == "/fax"
    assert len(listed(sign_in(teacher).get("/fax").text)) == 2
    assert press(desk, "assign", *faxes, to="none").json["said"] == "Assigned: 2 faxes."
    assert "Mateo Hernández" in press(desk, "file", *faxes, q="mateo").text
    assert "Mateo Hernández" in desk.browser.get("/fax/bulk/students?q=mateo").text
    answer = press(desk, "file", *faxes, to=student.id)
    assert answer.json["said"] == "Filed: 2 faxes."
    assert {desk.now(one).student_id for one in faxes} == {student.id}
    desk.browser.post(answer.json["undo"]["href"], data=answer.json["undo"]["fields"], headers=JSON)
    assert {desk.now(one).filed_at for one in faxes} == {None}
    assert press(desk, "file", *faxes, to="none").json["said"] == "Filed: 2 faxes."
    assert press(desk, "file", *faxes, to="x").status_code == HTTPStatus.NOT_FOUND


def test_a_way_back_leads_nowhere_else(desk: Desk) -> None:
    answer = desk.browser.post("/fax/bulk", data={"act": "read", "ids": "1", "back": "//evil.test"})
    assert answer.location == "/conversations"
