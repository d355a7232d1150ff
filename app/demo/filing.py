"""Gives the invented conversations their numbers, in the order of time, and writes what the house keeps beside them."""

from datetime import timedelta

from app.core.ids import new_uuid
from app.demo.ledger import Ledger
from app.demo.speaking import Row, Talk, Talks


def file_away(talks: Talks) -> None:
    """Messages, conversations with their inbox rows, those who take part, and the consent ledger."""
    house = talks.house
    ledger = Ledger(house, talks.rng, talks.moment)
    pairs = [(row["created_at"], n, row) for n, talk in enumerate(talks.talks) for row in talk]
    pairs.sort(key=lambda each: (each[0], each[1]))
    for number, (_at, n, row) in enumerate(pairs, start=1):
        row.update(id=number, conversation_id=n + 1)
    house.rows["messages"] = [row for *_, row in pairs]
    for n, (conversation, talk) in enumerate(zip(talks.conversations, talks.talks, strict=True), start=1):
        talk.sort(key=lambda row: row["id"])
        _file_talk(talks, ledger, n, conversation, talk)
    ledger.close(talks.points.values())


def _file_talk(talks: Talks, ledger: Ledger, n: int, conversation: Row, talk: Talk) -> None:
    house = talks.house
    staff, point, number = conversation.pop("staff"), conversation.pop("point"), conversation.pop("number")
    conversation.pop("first")
    last = talk[-1]
    unanswered = [row for row in _trailing_inbound(talk) if row["created_at"] > talks.moment - timedelta(days=9)]
    is_old = last["created_at"] < talks.moment - timedelta(days=9)
    waits = bool(unanswered)
    shown = next(row for row in reversed(talk) if row["kind"] != "note") if waits else last
    state = "done" if is_old and n % 3 else "open"
    conversation.update(
        state=state,
        last_message_id=last["id"],
        last_message_at=last["created_at"],
        preview=shown["body"][:160],
        preview_kind=shown["kind"],
        preview_author=shown["author"][:80],
        preview_language=shown["language"],
        waits_since=unanswered[0]["created_at"] if waits else None,
        failed_count=sum(row["status"] == "failed" for row in talk),
        version=len(talk),
        created_at=talk[0]["created_at"],
    )
    house.add("conversations", **conversation)
    for person in staff:
        house.add(
            "participants",
            uuid=new_uuid(),
            conversation_id=n,
            staff_id=person,
            state=state,
            last_message_id=last["id"],
            unread_count=len(unanswered) if waits else 0,
            joined_at=talk[0]["created_at"],
        )
    theirs = house.add(
        "participants",
        uuid=new_uuid(),
        conversation_id=n,
        state=state,
        last_message_id=last["id"],
        unread_count=0,
        guardian_id=conversation["guardian_id"],
        contact_point_id=point["id"],
        phone_number_id=number["id"],
        address=point["address"],
        joined_at=talk[0]["created_at"],
    )
    for row in talk:
        row["participant_id"] = theirs if row["kind"] == "inbound" else None
        if row["body"] == "STOP":
            ledger.opt_out(point, number, row["created_at"])
        if row["status"] == "failed":
            _failed_delivery(talks, row, point, number)


def _failed_delivery(talks: Talks, row: Row, point: Row, number: Row) -> None:
    """The outbox's side of a message that did not arrive: it waits among the undelivered."""
    at = row["created_at"]
    content = talks.house.add("delivery_contents", body=row["body"], media=[])
    talks.house.add(
        "deliveries", uuid=new_uuid(), district_id=1, owner_kind="message", owner_id=row["id"], contact_point_id=point["id"],
        phone_number_id=number["id"], content_id=content, address=point["address"], state="failed", segments=row["segments"],
        attempts=1, error_code=row["error_code"], due_at=at, started_at=at, created_at=at, finished_at=at + timedelta(seconds=3),
    )  # fmt: skip


def _trailing_inbound(talk: Talk) -> Talk:
    """The guardian's messages after the last outbound one."""
    waiting: Talk = []
    for row in reversed(talk):
        if row["kind"] == "outbound":
            break
        if row["kind"] == "inbound":
            waiting.insert(0, row)
    return waiting
