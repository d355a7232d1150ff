"""From the beep to the answer: a voicemail arrives, is heard, read, given to somebody, answered and done."""

import re
from datetime import timedelta

import pytest

from app.accounts.models import AuditEvent
from app.calls.models import Call, DirectCall
from app.conversations.models import Message
from app.core.clock import now
from app.core.database import db
from app.directory.phone_network import Line
from app.live.models import LiveEvent
from app.voicemail.models import Greeting, Voicemail
from tests.conftest import SignIn
from tests.factories import GuardianFactory, StaffFactory
from tests.voicemail.conftest import WORDS, Desk


def test_a_voicemail_arrives_is_heard_read_and_answered(desk: Desk) -> None:
    row = desk.leave()
    desk.leave()  # the carrier told it again
    assert db.session.query(Voicemail).count() == 1
    page = desk.browser.get(f"/voicemail/{row.id}").text
    assert "The recording is on its way" in page
    desk.written(row)
    desk.work()
    page = desk.browser.get(f"/voicemail/{row.id}").text
    assert page.count("<rect") == 100
    assert "Mateo left his inhaler at home." in page
    source = re.search(r'data-sound src="([^"]+)"', page)
    assert source
    part = desk.browser.get(source[1], headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data, part.headers["Content-Range"].split("/")[0]) == (206, b"RIFF", "bytes 0-3")
    assert desk.browser.head(source[1]).content_length == 32_044
    listed = desk.browser.get("/voicemail").text
    assert "is-new" in listed
    assert WORDS[:40] in listed
    assert 'data-count="voicemail">1<' in listed
    assert desk.browser.post(f"/voicemail/{row.id}/heard").status_code == 204
    assert "is-new" not in desk.browser.get("/voicemail").text
    sent = desk.browser.post(f"/voicemail/{row.id}/text", data={"body": "Thank you, Rosa!", "uuid": "018f2c5e-7b7a-7000-8000-000000000001"})
    assert sent.status_code == 303
    assert sent.location == f"/conversations/{desk.thread.id}"
    assert "Thank you, Rosa!" in [one.body for one in db.session.query(Message)]
    assert db.session.get_one(Voicemail, row.id).done_at is not None
    assert "left a voicemail, 0:02" in desk.browser.get(sent.location).text
    family = desk.browser.get(f"/families/guardian/{row.guardian_id}?show=voicemail").text
    assert "left a voicemail" in family
    assert f'href="/voicemail/{row.id}"' in family
    assert WORDS in family
    pushes = db.session.query(LiveEvent).filter_by(name="voicemail:changed", audience=f"staff:{row.staff_id}").count()
    assert pushes >= 4


def test_who_only_reads_leaves_it_new_and_who_listened_is_known(desk: Desk, sign_in: SignIn) -> None:
    row = desk.leave()
    desk.work()
    viewer = StaffFactory(role="viewer", schools=[desk.thread.family.school], name="Vera Viewer")
    browser = sign_in(viewer)
    assert browser.post(f"/voicemail/{row.id}/heard").status_code == 204
    assert db.session.get_one(Voicemail, row.id).is_new
    sound = browser.get(f"/recordings/{row.recording_id}/link").json["url"]
    for part in ("bytes=0-", "bytes=0-3", "bytes=4-7"):
        assert browser.get(sound, headers={"Range": part}).status_code == 206
    opened = db.session.query(AuditEvent).filter_by(action="recording.opened", subject_id=row.recording_id).all()
    assert [one.staff_id for one in opened] == [viewer.id]


def test_who_hangs_up_after_the_beep_has_not_called_in_vain(desk: Desk) -> None:
    desk.call(1)
    db.session.query(Call).update({"status": "ringing"})
    db.session.query(DirectCall).update({"stage": "voicemail", "outcome": None})
    db.session.commit()
    call = db.session.query(Call).one()
    ended = {"CallSid": f"CA{1:032x}", "CallStatus": "completed"}
    assert desk.webhook(f"/webhooks/twilio/voice/status?ref=direct.{call.id}.far", ended).status_code == 204
    here = f"/conversations/{desk.thread.id}"
    assert "called. Nobody answered." in desk.browser.get(here).text
    desk.leave()  # the carrier has made its file, and tells of it
    page = desk.browser.get(here).text
    assert "Nobody answered." not in page
    assert page.count(f"{desk.thread.family.guardian.full_name} left a voicemail") == 1
    assert "called, and spoke" not in page  # one thing is one line
    assert db.session.query(Call).one().status == "finished"


def test_triage(desk: Desk, sign_in: SignIn) -> None:
    first, second = desk.leave(1), desk.leave(2)
    desk.work()
    school = desk.thread.family.school
    colleague = StaffFactory(role="teacher", schools=[school], name="Cole League")
    elsewhere = StaffFactory(role="teacher", schools=[])
    here = f"/voicemail/{first.id}"
    other = sign_in(colleague)
    assert other.get(here).status_code == 404
    assert desk.browser.post(here, data={"act": "assign", "staff": elsewhere.id}).status_code == 422
    assert desk.browser.post(f"{here}/heard").status_code == 204
    assert desk.browser.post(here, data={"act": "assign", "staff": colleague.id, "words": "He cried."}).status_code == 303
    assert "Cole League" in desk.browser.get(f"{here}?box=assigned").text
    mine = other.get("/voicemail").text
    assert "is-new" in mine  # whoever gave it to her has heard it, and she has not
    assert f'<small class="truncate">{first.children.partition(" ")[0]}' in mine  # and not that it is for her
    assert "for Cole League" not in mine
    assert "for Cole League" in desk.browser.get("/voicemail?box=assigned").text
    assert f"{desk.thread.family.teacher.name} gave it to you" in other.get(here).text
    assert f"{desk.thread.family.teacher.name}: He cried." in other.get(here).text
    assert f'id="v{first.id}"' in mine
    assert f'id="v{second.id}"' not in mine
    assert f'id="v{first.id}"' not in desk.browser.get("/voicemail").text
    assert other.get(f"/recordings/{first.recording_id}/link").status_code == 200
    assert other.post(here, data={"act": "note", "note": "Nurse knows"}).status_code == 303
    assert other.post(here, data={"act": "done"}).status_code == 303
    assert "Nurse knows" in desk.browser.get(f"{here}?box=done").text
    assert f'id="v{first.id}"' in desk.browser.get("/voicemail?box=done").text
    assert desk.browser.get(f"/voicemail/{first.id}/row?box=mine").status_code == 204
    assert desk.browser.get(f"/voicemail/{first.id}/next").json == {"id": second.id}
    assert other.post(here, data={"act": "reopen"}).status_code == 303
    assert other.post(here, data={"act": "new"}).status_code == 303
    assert db.session.get_one(Voicemail, first.id).is_new
    assert desk.browser.post(here, data={"act": "dance"}).status_code == 404
    names = other.get(f"{here}/colleagues?q=leag").text
    assert "Cole League" in names
    assert "Teacher" in names
    assert desk.thread.family.teacher.name not in names
    assert desk.browser.post(here, data={"act": "assign", "staff": "office"}).location == "/voicemail"
    assert desk.browser.get(here).status_code == 404  # it is the office's now, and nobody has heard it
    assert f'id="v{first.id}"' in sign_in(StaffFactory(role="office", schools=[school])).get("/voicemail?box=office").text


class Network:
    """A carrier that knows what phone a number is."""

    def line(self, _address: str) -> Line:
        return Line(is_valid=True, kind="landline")


def test_the_office_says_whose_phone_it_was(desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = desk.leave(1, caller="+15035550166"), desk.leave(2, caller="+15035550166")
    desk.work()
    people = desk.thread.family
    office = sign_in(StaffFactory(role="office", schools=[people.school]))
    here = f"/voicemail/{first.id}/caller"
    assert desk.browser.get(here).status_code == 403
    assert here in office.get(f"/voicemail/{first.id}").text
    people.guardian.search_text = "rosa hernandez"
    db.session.commit()
    assert people.guardian.full_name in office.get(f"{here}?q=rosa").text
    stranger = GuardianFactory()  # of another district
    assert office.post(here, data={"guardian": stranger.id}).status_code == 404
    with monkeypatch.context() as asked:
        asked.setitem(desk.app.extensions, "phone_network", Network())
        assert office.post(here, data={"guardian": people.guardian.id}).status_code == 303
    assert office.post(here, data={"guardian": people.guardian.id}).status_code == 409
    db.session.expire_all()
    for row in (first, second):
        assert (row.guardian_id, row.name) == (people.guardian.id, people.guardian.full_name)
    (point,) = [one for one in people.guardian.contact_points if one.address == "+15035550166"]
    assert (point.kind, point.health) == ("landline", "unconfirmed")  # so the carrier says: nobody texts it blindly
    assert "left a voicemail" in office.get(f"/families/guardian/{people.guardian.id}?show=voicemail").text
    assert [one.details["name"] for one in db.session.query(AuditEvent).filter_by(action="voicemail.matched")] == [
        people.guardian.full_name
    ]


def test_what_callers_hear_is_changed_for_each_box(desk: Desk, sign_in: SignIn) -> None:
    school = desk.thread.family.school
    assert '<option value="en" selected>' in desk.browser.get("/voicemail/greetings").text
    office = sign_in(StaffFactory(role="office", schools=[school]))
    here = "/voicemail/greetings"
    assert office.post(here, data={"school": school.id, "language": "en", "words": "Please speak."}).status_code == 303
    assert office.post(here, data={"language": "es", "words": "Hable, por favor."}).status_code == 303
    rows = {one.language: one for one in db.session.query(Greeting)}
    page = office.get(f"{here}?change={rows['en'].id}").text
    assert "Replace the greeting in English" in page
    assert '<option value="en" selected>' not in office.get(here).text.partition("change-school")[2]  # it is there
    assert re.search(r'<textarea[^>]*id="words-school-\d+"[^>]*>Please speak\.</textarea>', page)
    assert re.search(r'<textarea[^>]*id="words-own"[^>]*></textarea>', page)
    assert desk.browser.get(f"{here}?change={rows['es'].id}").status_code == 404
    refused = office.post(here, data={"language": "xx", "words": "All that was typed"})
    assert refused.status_code == 422
    assert "All that was typed" in refused.text


def test_search_finds_names_numbers_and_words(desk: Desk, sign_in: SignIn) -> None:
    row = desk.leave()
    stranger = desk.leave(2, caller="+15035550166")
    desk.work()
    desk.written(row)
    assert stranger.staff_id is None

    def found(words: str) -> list[str]:
        return re.findall(r'id="v(\d+)"', desk.browser.get(f"/voicemail?q={words}").text)

    mine = [str(row.id)]
    assert [found(words) for words in ("INHALER", "Rosa", "5550166", "zzz")] == [mine, mine, [], []]  # 0166 called the office
    spoken = desk.leave(3)
    desk.heard(spoken, "Mateo tiene fiebre")
    assert found("fiebre") == [str(spoken.id)]
    office = sign_in(StaffFactory(role="office", schools=[desk.thread.family.school]))
    for browser in (desk.browser, office):
        assert f"/calls/history/{spoken.call_id}" in browser.get("/calls/history?q=fiebre").text


def test_what_was_said_after_the_beep_finds_the_call_for_who_may_hear_it(desk: Desk, sign_in: SignIn) -> None:
    spoken = desk.leave()
    desk.heard(spoken, "Mateo tiene fiebre")
    link = f"/calls/history/{spoken.call_id}"
    assert link in desk.browser.get("/calls/history?q=fiebre").text
    other = StaffFactory(role="teacher", schools=[desk.thread.family.school])
    db.session.get_one(Call, spoken.call_id).staff_id = other.id  # a call of theirs, and still not their box
    db.session.commit()
    theirs = sign_in(other)
    assert link in theirs.get("/calls/history").text
    assert "No call found" in theirs.get("/calls/history?q=fiebre").text


def test_a_note_keeps_what_others_wrote_meanwhile_and_says_when_it_cannot(desk: Desk, sign_in: SignIn) -> None:
    first = desk.leave(1)
    desk.work()
    colleague = StaffFactory(role="teacher", schools=[desk.thread.family.school], name="Cole League")
    here, json = f"/voicemail/{first.id}", {"Accept": "application/json"}

    def writes(note: str, seen: str) -> int:
        return desk.browser.post(here, data={"act": "note", "note": note, "seen": seen}, headers=json).status_code

    def stands() -> str:
        return db.session.get_one(Voicemail, first.id, populate_existing=True).note

    assert writes("Allergic to nuts", "") == 200
    give = {"act": "assign", "staff": colleague.id, "words": "He cried."}
    assert [desk.browser.post(here, data=give).status_code for _ in range(2)] == [303, 303]  # pressed twice
    line = f"{desk.thread.family.teacher.name}: He cried."
    assert stands() == f"Allergic to nuts\n{line}"
    assert writes("Allergic to nuts, has a pen", "Allergic to nuts") == 200  # from a page of before
    assert stands() == f"Allergic to nuts, has a pen\n{line}"
    assert writes("Something else", "Allergic to nuts") == 409
    assert writes("x" * 1990, stands()) == 200
    assert desk.browser.post(here, data=give, headers=json).status_code == 422
    assert stands() == "x" * 1990


def test_a_voicemail_has_one_time_wherever_it_stands_and_the_search_shows_its_words(desk: Desk) -> None:
    call = desk.call(1)
    call.created_at = began = now() - timedelta(minutes=3)  # the menu and the message took their time
    db.session.commit()
    row = desk.leave()
    desk.work()
    desk.written(row, f"{'Good morning. ' * 20}He left his INHALER at home.")
    assert row.received_at == began
    line = db.session.get_one(Message, row.line_id)
    assert (line.created_at, len(line.details["quote"])) == (began, 200)
    found = desk.browser.get("/conversations?q=inhaler").text
    assert f"?message={line.id}" in found
    assert "left his <mark>inhaler</mark> at home" in found
    assert "<mark>Good</mark> morning" in desk.browser.get("/conversations?q=good").text
