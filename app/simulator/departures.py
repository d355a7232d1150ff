"""A call ends, or is led elsewhere: it leaves whom it was with, and they go on or end, too."""

from dataclasses import replace

from app.simulator import call_posts, chores, dials, listenings, meetings, messages_left, tapes, waiting_lines
from app.simulator.board import Board
from app.simulator.calls import DONE, TAPING, Call, open_legs
from app.simulator.speech import tell_of_words


def end(board: Board, call: Call, status: str, by: str = "") -> None:
    """The line is closed."""
    over = board.tell(replace(call, ended=board.at), status)
    board.note(call, "end", status if not by else f"{status} {by}")
    board.change(call, status=status, ended=board.at, phase=DONE, due=None, sip=call.sip, suspended=None, script=[])
    chores.forget(board.connection, chores.LIMIT, call.id)
    chores.forget(board.connection, chores.DETECT, call.id)
    said = messages_left.close(board, call, "hangup") if call.phase == TAPING else None
    for listening in listenings.running(board.connection, call.id):
        listenings.stop(board.connection, listening)
        tell_of_words(board, call, listening, "transcription-stopped")
    tapes.stop_all(board, call_id=call.id)
    said = part(board, over, status, "participant_hung_up" if by != "school" else "removed_via_api") or said
    if call.suspended and call.suspended["action"] and said:
        form = call_posts.form_of(call, board.settings.account_sid, status) | said
        call_posts.add(board.connection, call.id, "action", call.suspended["action"], form, at=board.at)


def part(board: Board, call: Call, status: str, reason: str) -> dict[str, str] | None:
    """Leave whom a call is with; what the action of its script would be told of it."""
    said = {"DialCallStatus": "completed"} if meetings.leave(board, call, reason) else None
    said = waiting_lines.leave(board, call, "hangup" if status else "redirected") or said
    peer = board.now(call.peer_id)
    if peer is not None:
        if peer.parent_id == call.id:
            end(board, peer, "completed")
            said = dials.outcome_of(replace(peer, ended=board.at), "completed")
        elif call.parent_id == peer.id:
            board.resume(peer, dials.outcome_of(call, status))
        else:
            board.resume(peer, peer.said_along or {"DialCallStatus": "completed"})
            said = call.said_along or {"DialCallStatus": "completed"}
    for leg in open_legs(board.connection, call.id):
        end(board, leg, "completed" if leg.answered is not None else "canceled")
        said = said or {"DialCallStatus": "canceled", "DialCallSid": leg.sid}
    parent = board.now(call.parent_id) if peer is None else None
    if parent is not None and parent.peer_id is None and not open_legs(board.connection, parent.id):
        board.resume(parent, dials.outcome_of(call, status))
    return said


def redirect(board: Board, call: Call, url: str) -> None:
    """Lead a call elsewhere, whatever it does."""
    if call.phase == TAPING:
        messages_left.close(board, call, "")
    part(board, call, "", "participant_updated_via_api")
    fresh = board.now(call.id)
    if fresh is not None:
        board.change(
            fresh, phase="asking", url=url, due=board.at, suspended=None, peer_id=None, script=[], gather=None, keys="", said_along={}
        )
