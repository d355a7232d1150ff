"""The carrier says nothing: lost answers are looked up, and what is silent is asked for."""

from app.carrier.calls import CallStatus, CarrierCall
from app.carrier.conferences import CarrierParticipant
from app.carrier.gateway import CarrierBusy, CarrierRefused, CarrierUnreachable
from app.core.clock import now
from tests.calls.conftest import Desk


def test_lost_answers_are_looked_up_and_never_repeated_blindly(desk: Desk) -> None:
    desk.start()
    desk.board.failing = CarrierUnreachable("lost")
    desk.work()
    assert len(desk.board.placed) == 1
    desk.later()
    desk.work()
    assert (len(desk.board.placed), desk.legs[0].provider_call_id) == (1, f"CA{0:032x}")
    desk.board.script(desk.legs[0], key="1")
    desk.board.room(desk.legs[0], "participant-join")
    desk.board.failing, desk.board.does_it = CarrierBusy(), False
    desk.work()
    desk.later()
    desk.work()
    assert sorted(one.to for one in desk.board.placed[1:]) == sorted(leg.address for leg in desk.legs[1:])
    rosa = desk.legs[1]
    desk.press(rosa, "remove")
    assert desk.work() == 1
    desk.board.failing = CarrierRefused("13224")
    desk.browser.post(f"/calls/{rosa.call_id}/people", data={"name": "Nobody", "phone": "(503) 555-0111"})
    desk.work()
    assert (desk.legs[3].state, desk.legs[3].error_code) == ("failed", "13224")


def test_what_is_silent_is_asked_for_and_settled(desk: Desk) -> None:
    desk.answer()
    moderator, rosa, ana = desk.legs
    there = desk.board.calls
    for leg, status in ((moderator, CallStatus.ANSWERED), (rosa, CallStatus.ANSWERED), (ana, CallStatus.BUSY)):
        number = leg.provider_call_id or ""
        there[number] = CarrierCall(number, leg.address, "", status, None, now())
    inside = [CarrierParticipant(str(one.provider_call_id), "", False, one is rosa, "connected") for one in (moderator, rosa)]
    desk.board.inside = {one.call_id: one for one in inside}
    desk.silence()
    assert desk.state() == ("in_progress", ["joined", "joined", "busy"])
    assert desk.legs[1].is_held
    desk.board.is_over = True
    desk.silence()
    assert desk.state() == ("finished", ["left", "left", "busy"])


def test_only_what_is_gone_is_over_and_a_wrong_key_ends_nothing(desk: Desk) -> None:
    desk.everybody_in()
    desk.board.refuses_looks = "20003"  # a key that was changed
    desk.silence()
    assert desk.state() == ("in_progress", ["joined"] * 3)
    desk.board.refuses_looks = "20404"
    desk.silence()
    assert desk.state()[0] == "finished"
