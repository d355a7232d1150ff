"""A conference from the form to its end, as the carrier tells it: the moderator first, a machine never, and nothing twice."""

from datetime import timedelta

import pytest

from app.calls.models import Call, ConferenceCall
from app.core.clock import now
from app.core.database import db
from app.directory.models import District, Guardianship
from tests.calls.conftest import INTERPRETER, OWN, Desk
from tests.calls.switchboard import CONFERENCE


def test_the_moderator_is_called_first_and_the_others_once_she_is_in(desk: Desk) -> None:
    assert desk.browser.get(f"/calls/new?conversation={desk.thread.id}").status_code == 200
    assert [desk.start().status_code for _ in range(2)] == [303, 303]  # a double click begins one call
    assert desk.state() == ("pending", ["queued"] * 3)
    assert desk.work() == 1
    (first,) = desk.board.placed
    assert (first.to, first.sender, first.detects_machines, first.detects_beside) == (OWN, desk.thread.family.number.address, False, False)
    moderator, rosa, ana = desk.legs
    desk.board.status(moderator, "ringing")
    assert desk.state() == ("ringing", ["ringing", "queued", "queued"])
    assert "<Conference" not in desk.board.script(moderator)  # it could be her voicemail
    script = desk.board.script(moderator, asked=1, key="1")
    assert 'startConferenceOnEnter="true"' in script
    assert 'endConferenceOnExit="true"' in script
    assert desk.work() == 0
    desk.board.room(moderator, "participant-join")
    assert desk.state() == ("in_progress", ["joined", "queued", "queued"])
    desk.work()
    assert [(one.to, one.detects_beside) for one in desk.board.placed[1:]] == [(rosa.address, True), (INTERPRETER, True)]
    page = desk.browser.get(f"/calls/{moderator.call_id}").text
    assert "In the call" in page
    assert "Ana Ruiz" in page
    moderator, rosa, ana = desk.legs
    assert "<Conference" not in desk.board.script(rosa)  # nobody knows who listens
    desk.board.detect(rosa, "human")
    assert 'startConferenceOnEnter="false"' in desk.board.script(rosa, asked=1)
    assert "Gather" in desk.board.script(ana, asked=6)
    assert "<Conference" not in desk.board.script(ana, asked=7, key="")
    assert "<Conference" in desk.board.script(ana, asked=7, key="1")


def test_a_machine_never_joins(desk: Desk) -> None:
    desk.answer()
    rosa, ana = desk.legs[1:]
    desk.board.script(rosa)
    desk.board.detect(rosa, "machine_start")
    assert rosa.state == "voicemail"
    assert "<Conference" not in desk.board.script(rosa, asked=1)
    desk.work()
    assert ("end", rosa.provider_call_id) in desk.board.asked
    desk.board.status(rosa, "completed", AnsweredBy="machine_start")
    desk.board.status(ana, "completed", AnsweredBy="fax")
    assert desk.state()[1] == ["joined", "voicemail", "voicemail"]
    assert desk.press(rosa, "ring") == 303
    desk.work()
    assert (desk.legs[1].state, desk.board.placed[-1].reference) == ("queued", f"leg.{rosa.id}.2")


@pytest.mark.parametrize(("words", "end"), [(("no-answer", "no-answer"), "no_answer"), (("busy", "busy"), "busy"), (("failed",), "failed")])
def test_a_moderator_who_never_answers_ends_it(desk: Desk, words: tuple[str, ...], end: str) -> None:
    desk.start()
    for word in words:
        desk.work()
        desk.board.status(desk.legs[0], word)
        desk.board.status(desk.legs[0], "ringing") if word == "failed" else None
    assert desk.state()[0] == end
    assert len(desk.board.placed) == len(words)  # nobody else was called


def test_a_voicemail_never_becomes_the_moderator(desk: Desk) -> None:
    desk.start(welcome="About Friday.", stays="1")
    desk.work()
    moderator = desk.legs[0]
    desk.board.status(moderator, "ringing")
    assert all("press any key" in desk.board.script(moderator, **more) for more in ({}, {"asked": 1, "key": ""}))  # twice
    silent = desk.board.script(moderator, asked=2, key="")
    assert "<Hangup" in silent
    assert "<Say" not in silent  # a mailbox would keep it
    desk.board.status(moderator, "completed")
    assert desk.state() == ("no_answer", ["no_key", "removed", "removed"])
    desk.work()
    assert [one.to for one in desk.board.placed] == [OWN]  # nobody else
    first = desk.call
    page = desk.browser.get(f"/calls/{first.id}").text
    assert page.count("no key") == 3  # the head, her row, and what happened
    assert "conference call" not in desk.browser.get(f"/conversations/{desk.thread.id}").text  # the family has nothing of it
    assert all("did not begin" in desk.browser.get(address).text for address in ("/calls", "/calls/history"))
    again = [desk.browser.post(f"/calls/{first.id}/again").location for _ in range(2)]  # a double click
    assert again[0] == again[1] != f"/calls/{first.id}"
    second = db.session.query(ConferenceCall).filter(ConferenceCall.call_id != first.id).one()
    assert (second.welcome_message, second.ends_with_moderator) == ("About Friday.", False)
    assert [leg.address for leg in desk.legs[:3]] == [leg.address for leg in desk.legs[3:]]
    assert "Not reached" not in desk.browser.get(f"/conversations/{desk.thread.id}").text


@pytest.mark.parametrize("word", ["no-answer", "busy", "completed"])
def test_a_moderator_who_was_taken_out_is_not_called_again(desk: Desk, word: str) -> None:
    desk.start()
    desk.work()
    desk.board.status(desk.legs[0], "ringing")
    assert desk.press(desk.legs[0], "remove") == 303
    desk.work()
    desk.board.status(desk.legs[0], word)
    desk.work()
    assert desk.state() == ("canceled", ["removed"] * 3)
    assert len(desk.board.placed) == 1


def test_a_call_that_was_called_off_rings_nobody(desk: Desk) -> None:
    desk.start()
    desk.work()
    desk.press_all("end")
    desk.board.status(desk.legs[0], "ringing")
    assert desk.state() == ("canceled", ["removed"] * 3)
    assert "<Hangup" in desk.board.script(desk.legs[0])


def test_the_longest_time_ends_it(desk: Desk) -> None:
    desk.answer()
    db.session.query(ConferenceCall).update({"maximum_minutes": 1})
    db.session.query(Call).update({"answered_at": now() - timedelta(minutes=3)})
    desk.silence()
    desk.work()
    assert ("end", CONFERENCE) in desk.board.asked


def test_who_may_not_be_called_is_not(desk: Desk) -> None:
    guardian = desk.thread.family.guardian
    assert desk.start(moderator="12").status_code == 422
    assert desk.start(phone=OWN).status_code == 422  # her own phone twice
    assert desk.start(phone="+1 900 555 1234").status_code == 422  # numbers that cost extra
    answer = desk.start(phone="+52 55 1234 5678")
    assert "does not allow calls" in answer.text
    db.session.query(District).update({"settings": {"calls_abroad": ["MX"]}})
    guardian.postal_code = None
    desk.thread.family.contact_point.time_zone = quiet_zone()
    db.session.commit()
    answer = desk.start(phone="+52 55 1234 5678")
    assert answer.status_code == 422
    assert "quiet hour" in answer.text
    assert "may not declare an emergency" in desk.start(emergency="on").text
    db.session.query(Guardianship).update({"may_contact": False})
    assert desk.start(phone="").status_code == 422
    assert db.session.query(Call).count() == 0


def quiet_zone() -> str:
    """A zone in which it is three in the morning, or close."""
    hour = now().hour
    distance = (3 - hour) % 24
    distance = distance if distance <= 12 else distance - 24
    return f"Etc/GMT{-distance:+d}"
