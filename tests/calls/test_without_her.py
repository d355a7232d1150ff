"""What goes on once the moderator has gone, and the same call once more."""

from app.calls.models import Call, ConferenceCall
from app.core.database import db
from app.directory.models import ContactPoint
from tests.calls.conftest import Desk
from tests.calls.test_what_is_kept import told


def talk_in_private(desk: Desk, **more: str) -> None:
    """The moderator and the interpreter are in; the family was not called yet."""
    desk.start(brief="on", **more)
    desk.work()
    moderator = desk.legs[0]
    desk.board.script(moderator, key="1")
    desk.board.room(moderator, "participant-join")
    desk.work()
    come_in(desk, 2)


def come_in(desk: Desk, which: int) -> None:
    """A person picks up, and is in."""
    leg = desk.legs[which]
    desk.board.script(leg)
    desk.board.detect(leg, "human")
    desk.board.room(leg, "participant-join", Muted="false", Hold="false")


def settings_of_newest() -> ConferenceCall:
    """Of the call that was begun last."""
    db.session.rollback()
    return db.session.query(ConferenceCall).order_by(ConferenceCall.call_id.desc()).limit(1).one()


def test_no_family_is_called_where_nobody_of_the_school_is_in(desk: Desk) -> None:
    talk_in_private(desk, stays="1")
    before = len(desk.board.placed)
    desk.board.room(desk.legs[0], "participant-leave")
    desk.work()
    assert len(desk.board.placed) == before
    assert desk.board.asked[-1][0] == "end"  # the interpreter is alone
    desk.board.room(desk.legs[2], "conference-end")
    assert desk.state() == ("finished", ["left", "removed", "left"])
    assert "Was not called" in desk.browser.get(f"/calls/{desk.call.id}").text


def test_the_same_call_once_more_has_the_choices_of_the_first(desk: Desk) -> None:
    talk_in_private(desk)
    desk.press_all("end-briefing")
    desk.work()
    come_in(desk, 1)
    desk.press_all("leave")
    desk.work()
    desk.board.room(desk.legs[0], "participant-leave")
    assert desk.state()[0] == "in_progress"  # she left, and the others go on
    desk.board.room(desk.legs[1], "conference-end")
    first = desk.call.id
    assert desk.browser.post(f"/calls/{first}/again").status_code == 303
    again = settings_of_newest()
    assert (again.is_briefing, again.ends_with_moderator) == (True, True)
    desk.browser.post(f"/calls/{again.call_id}", data={"act": "end"})
    db.session.get_one(ContactPoint, desk.legs[1].contact_point_id).is_active = False
    db.session.commit()
    refused = desk.browser.post(f"/calls/{first}/again")
    assert refused.status_code == 422
    assert f"{desk.legs[1].name} can no longer be called." in refused.text
    assert db.session.query(Call).count() == 2


def test_a_recording_moves_on_only_when_everybody_was_told(desk: Desk) -> None:
    desk.answer()
    come_in(desk, 1)
    told(desk)
    desk.work()
    desk.board.record(desk.call, "in-progress")
    come_in(desk, 2)
    desk.work()  # she is being told
    desk.press_all("leave")
    desk.work()
    before = len(desk.board.tapes.asked)
    desk.board.room(desk.legs[0], "participant-leave")
    desk.work()
    assert [one[0] for one in desk.board.tapes.asked[before:]].count("start") == 0
    desk.board.fetch([one[-1] for one in desk.board.asked if "wish=" in one[-1]][-1])
    desk.board.room(desk.legs[2], "announcement-end")
    desk.work()
    assert [one[0] for one in desk.board.tapes.asked[before:]] == ["start"]
