"""`<Dial>`: a call's script calls others, and whoever answers first is connected."""

from app.simulator import chores, meetings, placing, tapes, waiting_lines
from app.simulator.board import Board
from app.simulator.calls import BRIDGED, BY_SCRIPT, Call, CallOrder, open_legs
from app.simulator.refusals import Refusal
from app.simulator.twiml import Verb

MOST_AT_ONCE = 10
USUAL_RING = 30.0


def begin(board: Board, call: Call, verb: Verb, rest: list[Verb]) -> None:
    """Call those whom the verb names."""
    action = verb.asks.get("action", "")
    target = verb.targets[0] if verb.targets else {"kind": "nobody", "to": ""}
    if target["kind"] == "conference":
        meetings.enter(board, call, target, rest, action)
        return
    if target["kind"] == "queue":
        waiting_lines.serve(board, call, target["to"], rest, action)
        return
    board.suspend(call, BRIDGED, rest, action=action, peer_id=None, said_along=_kept(verb))
    placed = [leg for one in verb.targets[:MOST_AT_ONCE] if (leg := _place(board, call, verb, one)) is not None]
    if not placed:
        board.resume(board.now(call.id) or call, {"DialCallStatus": "failed"})


def _kept(verb: Verb) -> dict[str, str]:
    return {name: verb.asks[name] for name in ("record", "recordingStatusCallback", "timeLimit", "hangupOnStar") if name in verb.asks}


def _place(board: Board, call: Call, verb: Verb, target: dict[str, str]) -> Call | None:
    sender = verb.asks.get("callerId") or (call.school if call.direction != "inbound" else call.handset)
    detects, detection_url = target.get("machineDetection") in {"Enable", "DetectMessageEnd"}, target.get("amdStatusCallback", "")
    along = {name.removeprefix("along:"): value for name, value in target.items() if name.startswith("along:")}
    try:
        leg, _fate = placing.place(
            board,
            CallOrder(
                to=target["to"], sender=sender, url=target.get("url", ""), status_callback=target.get("statusCallback", ""),
                events=tuple((target.get("statusCallbackEvent") or "completed").split()), direction=BY_SCRIPT, parent_id=call.id,
                detects=detects and not detection_url, detection_url=detection_url if detects else "",
                ring_seconds=float(verb.asks.get("timeout") or USUAL_RING), said_along=along,
            ),
        )  # fmt: skip
    except Refusal as refusal:
        board.note(call, "trouble", f"{target['to']} cannot be called ({refusal.code})")
        return None
    return leg


def connect(board: Board, leg: Call) -> list[Call] | None:
    """Whoever answered talks with the caller. Returns the other legs, which are to end; None if it is too late."""
    caller = board.now(leg.parent_id)
    if caller is None or caller.phase != BRIDGED or caller.peer_id is not None:
        return None
    wanted = caller.said_along
    board.change(caller, peer_id=leg.id, said_along={})
    board.change(leg, phase=BRIDGED, peer_id=caller.id, due=None, script=[], gather=None)
    for one, other in ((caller, leg), (leg, caller)):
        board.note(one, "connected", other.handset)
    if wanted.get("record", "").startswith("record"):
        tapes.start(board, caller, source="DialVerb", callback=wanted.get("recordingStatusCallback", ""))
    if wanted.get("timeLimit", "").isdigit():
        board.later(chores.LIMIT, leg.id, float(wanted["timeLimit"]))
    return [other for other in open_legs(board.connection, caller.id) if other.id != leg.id]


def outcome_of(leg: Call, status: str) -> dict[str, str]:
    """What the caller's action is told of a leg that is over."""
    said = {"DialCallSid": leg.sid, "DialCallStatus": "completed" if leg.answered is not None else status}
    return said | {"DialCallDuration": str(leg.seconds), "DialBridged": "true" if leg.answered is not None else "false"}
