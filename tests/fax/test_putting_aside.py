"""Hidden, deleted, called junk, and back."""

import re
from http import HTTPStatus

from app.core.clock import now
from app.core.database import db
from app.fax.models import FaxContact
from tests.conftest import SignIn
from tests.factories import StaffFactory
from tests.fax.conftest import Desk
from tests.fax.test_acts import GONE, REFUSED, actions, undo
from tests.fax.test_inbox import listed


def test_hidden_deleted_and_back(desk: Desk) -> None:
    one = desk.fax()
    answer = desk.act(one, act="hide")
    assert (answer.json["leaves"], listed(desk.browser.get("/fax").text)) == (True, [])
    assert desk.browser.get(f"/fax/{one.id}/row").status_code == HTTPStatus.NO_CONTENT
    assert undo(desk, answer).status_code == HTTPStatus.OK
    assert listed(desk.browser.get("/fax").text) == [one.id]
    answer = desk.act(one, act="delete")
    assert desk.browser.get(f"/fax/{one.id}").status_code == GONE
    assert desk.browser.get(f"/fax/{one.id}/row").status_code == HTTPStatus.NO_CONTENT  # every open list asks for it
    assert desk.act(one, act="note", note="x").status_code == GONE
    assert undo(desk, answer).status_code == HTTPStatus.OK
    assert listed(desk.browser.get("/fax").text) == [one.id]
    assert actions(one) == ["fax.hidden", "fax.shown", "fax.deleted", "fax.restored"]
    assert desk.act(one, act="dance").status_code == GONE


def test_what_is_deleted_is_listed_and_restored_from_there(desk: Desk, sign_in: SignIn) -> None:
    kept, one, other = desk.fax(), desk.fax(search_text="zebra"), desk.fax()
    empty = desk.browser.get("/fax?box=deleted").text
    assert ("Nothing is deleted" in empty, "stands here for 30 days" in empty) == (True, True)
    for each in (one, other):
        desk.act(each, act="delete")
    page = desk.browser.get("/fax?box=deleted")
    assert (listed(page.text), "/fax/files/" in page.text) == ([other.id, one.id], False)
    assert listed(desk.browser.get("/fax?box=deleted&q=zebra").text) == [one.id]
    assert listed(desk.browser.get("/fax?box=all&q=zebra").text) == []
    shown = desk.browser.get(f"/fax/{one.id}?box=deleted").text
    assert (f"Deleted by {desk.clerk.name}" in shown, "Gone for good: " in shown, "data-page=" in shown) == (True, True, False)
    assert "Deleted by" not in desk.browser.get(f"/fax/{kept.id}?box=deleted").text
    assert desk.browser.get(f"/fax/{one.id}").status_code == GONE  # only there
    back = desk.browser.post(f"/fax/{one.id}?box=deleted", data={"act": "restore"}, headers={"Accept": "application/json"})
    assert (back.json["leaves"], listed(desk.browser.get("/fax?box=deleted").text)) == (True, [other.id])
    assert desk.browser.get(f"/fax/{one.id}/row?box=deleted").status_code == HTTPStatus.NO_CONTENT
    assert desk.browser.get(f"/fax/{other.id}/row?box=deleted").status_code == HTTPStatus.OK
    several = desk.browser.get("/fax?box=deleted&select=1").text
    assert ('value="restore"' in several, 'value="delete"' in several) == (True, False)
    desk.browser.post("/fax/bulk", data={"act": "restore", "ids": other.id})
    assert listed(desk.browser.get("/fax").text) == [other.id, one.id, kept.id]
    viewer = sign_in(StaffFactory(role="viewer", schools=[desk.people.school]))
    desk.act(one, act="delete")
    assert listed(viewer.get("/fax?box=deleted").text) == [other.id, kept.id]  # no list of theirs: the first of theirs
    assert viewer.get(f"/fax/{one.id}?box=deleted").status_code == GONE


def test_without_a_script_the_next_page_offers_the_way_back_once(desk: Desk) -> None:
    one = desk.fax()
    shown = desk.browser.post(f"/fax/{one.id}", data={"act": "delete"}, follow_redirects=True).text
    toast = shown[shown.index('id="toasts"') :]
    way = re.search(r'<form method="post" action="(?P<href>[^"]+)">', toast)
    assert way, toast[:500]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', toast[way.start() : toast.index("</form>", way.start())]))
    assert listed(desk.browser.get("/fax").text) == []
    assert 'name="act" value="restore"' not in desk.browser.get("/fax").text  # said once
    back = desk.browser.post(way["href"], data=fields, follow_redirects=True)
    assert listed(back.text) == [one.id]


def test_what_is_held_or_on_its_way_is_not_deleted(desk: Desk) -> None:
    held = desk.fax(held_at=now(), held_by_id=desk.clerk.id)
    sending = desk.fax(direction="out", status="sending", author_id=desk.clerk.id)
    assert desk.act(held, act="delete").json["error"]["code"] == "under_legal_hold"
    assert desk.act(sending, act="delete").json["error"]["code"] == "still_on_its_way"
    assert desk.act(sending, act="hide").status_code == REFUSED


def test_a_sender_of_junk_is_hidden_at_once_and_from_now_on(desk: Desk) -> None:
    one, other = (desk.fax(name="", station="", address="+18885550140") for _each in range(2))
    kept = desk.fax(name="", station="", address="+18885550140", filed_at=now())
    anonymous = desk.fax(address="", name="")
    answer = desk.act(one, act="junk")
    assert sorted(answer.json["ids"]) == sorted([one.id, other.id])
    assert db.session.query(FaxContact).one().is_junk
    assert listed(desk.browser.get("/fax").text) == [anonymous.id, kept.id]
    assert "This number sends junk" in desk.browser.get(f"/fax/{one.id}").text
    assert undo(desk, answer).status_code == HTTPStatus.OK
    assert set(listed(desk.browser.get("/fax").text)) == {one.id, other.id, kept.id, anonymous.id}
    assert not db.session.query(FaxContact).one().is_junk
    assert actions(other) == ["fax.hidden", "fax.shown"]  # what went along is written down, too
    assert desk.act(anonymous, act="junk").json["error"]["code"] == "no_number_to_block"
