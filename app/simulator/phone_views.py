"""What a handset's screen and the school's side beside it show: read models for the page."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_datetime, format_time, gettext, ngettext

from app.core import phone_numbers
from app.core.clock import now
from app.simulator import media, numbers
from app.simulator.jobs import INBOUND
from app.simulator.media import Medium
from app.simulator.messages import Message
from app.simulator.refusals import CALLBACK_ERRORS

A_NEW_TIME_AFTER = 30 * 60
ON_A_SCREEN = 80
IN_THE_FEED = 40
LONGEST_QUOTE = 48
REDIRECTION = 300


def _(words: str, **values: object) -> str:
    return str(gettext(words, **values))


def _n(one: str, more: str, number: int, **values: object) -> str:
    return str(ngettext(one, more, number, **values))


@dataclass(frozen=True, slots=True)
class Bubble:
    """A text on a handset. `when` is a line of time above it, where some time has passed since the one before."""

    message: Message
    files: list[Medium]
    when: str | None

    @property
    def is_mine(self) -> bool:
        """Whether this handset wrote it."""
        return self.message.is_inbound


@dataclass(frozen=True, slots=True)
class Correspondent:
    """One of the school's numbers in a handset's list."""

    number: str
    name: str
    last: Message | None
    when: str


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One thing the school's systems learned, or failed to learn. `tone` is "" or "danger" or "warn"."""

    id: int
    icon: str
    text: str
    time: str
    tone: str


def zone_of(number: str, usual: str) -> str:
    """The time zone where a phone is."""
    zones = phone_numbers.time_zones(number)
    return zones[0] if len(zones) == 1 else usual


def name_of(connection: sqlite3.Connection, school: str) -> str:
    """How a handset shows one of the school's numbers."""
    number = numbers.by_number(connection, school)
    return number.name if number and number.name != number.number else phone_numbers.for_people(school)


def bubbles(connection: sqlite3.Connection, handset: str, school: str, zone: str, *, after: int = 0) -> list[Bubble]:
    """What arrived on or left the handset since the history line `after`, oldest first; at first the last screenful."""
    rows = connection.execute(
        "SELECT * FROM messages WHERE handset = ? AND school = ? AND arrival > ? ORDER BY arrival DESC LIMIT ?",
        (handset, school, after, ON_A_SCREEN),
    ).fetchall()
    arrived = [Message.of(row) for row in reversed(rows)]
    before = connection.execute(
        "SELECT updated, created, direction FROM messages WHERE handset = ? AND school = ? AND arrival <= ? ORDER BY arrival DESC LIMIT 1",
        (handset, school, after),
    ).fetchone()
    last = 0.0 if before is None else _moment(before["direction"], before["created"], before["updated"])
    found: list[Bubble] = []
    for message in arrived:
        at = _moment(message.direction, message.created, message.updated)
        files = media.of_message(connection, message.id) if message.num_media else []
        found.append(Bubble(message, files, day_and_time(at, zone) if at - last > A_NEW_TIME_AFTER else None))
        last = at
    return found


def _moment(direction: str, created: float, updated: float) -> float:
    return created if direction == "inbound" else updated


def correspondents(connection: sqlite3.Connection, handset: str, zone: str) -> list[Correspondent]:
    """The school numbers that this handset has texts with, the latest first."""
    rows = connection.execute(
        "SELECT * FROM messages WHERE id IN (SELECT id FROM (SELECT id, MAX(arrival) FROM messages"
        " WHERE handset = ? AND arrival IS NOT NULL GROUP BY school)) ORDER BY arrival DESC",
        (handset,),
    )
    last = [Message.of(row) for row in rows]
    return [
        Correspondent(
            message.school, name_of(connection, message.school), message,
            day_and_time(_moment(message.direction, message.created, message.updated), zone),
        )
        for message in last
    ]  # fmt: skip


def reachable(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """The school's numbers that a handset can text: (number, name with number)."""
    return [
        (number.number, number.name if number.name == number.number else f"{number.name}, {phone_numbers.for_people(number.number)}")
        for number in numbers.owned(connection, limit=500)
    ]


def latest_line(connection: sqlite3.Connection) -> int:
    """The newest line of all histories: what comes after it is new."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'history'").fetchone()
    return int(row["seq"]) if row else 0


def feed(connection: sqlite3.Connection, handset: str, school: str, zone: str, *, after: int = 0) -> list[FeedLine]:
    """What the school learned of the texts of this thread, newest first."""
    rows = connection.execute(
        "SELECT attempts.id, attempts.at, attempts.kind, attempts.status, attempts.error_code, attempts.answer, attempts.problem,"
        " messages.body, messages.num_segments FROM messages JOIN attempts ON message_id = messages.id"
        " WHERE handset = ? AND school = ? AND attempts.id > ? ORDER BY attempts.id DESC LIMIT ?",
        (handset, school, after, IN_THE_FEED),
    )
    return [_line(row, zone) for row in rows]


def _line(row: sqlite3.Row, zone: str) -> FeedLine:
    what = _brought(row) if row["kind"] == INBOUND else _told(row)
    icon, tone = _look(row)
    return FeedLine(row["id"], icon, what, exact_time(row["at"], zone), tone)


def _quote(body: str) -> str:
    words = " ".join(body.split())
    if not words:
        return _("A picture")
    return f"“{words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1].rstrip() + '…'}”"


def _told(row: sqlite3.Row) -> str:
    quote, parts, code = _quote(row["body"]), row["num_segments"], row["error_code"]
    sentences = {
        "queued": _("%(quote)s is waiting to go out", quote=quote),
        "sent": _("%(quote)s was sent", quote=quote),
        "delivered": _n("%(quote)s was delivered, %(num)s text", "%(quote)s was delivered, %(num)s texts", parts, quote=quote),
        "canceled": _("%(quote)s was canceled", quote=quote),
    }
    reason = f"{code}, {CALLBACK_ERRORS.get(code, '')}".rstrip(", ")
    sentence = sentences.get(row["status"]) or _("%(quote)s did not arrive: %(reason)s", quote=quote, reason=reason)
    return f"{sentence}{but(row)}"


def but(row: sqlite3.Row) -> str:
    """What went wrong with telling the school of `row`, to stand after the sentence."""
    if row["problem"] == "dropped":
        return _(", but the school was not told")
    if row["problem"] == "no address":
        return _(", and the school did not ask to be told")
    if row["answer"] is None:
        return _(", but the school could not be told: %(problem)s", problem=row["problem"])
    return "" if row["answer"] < REDIRECTION else _(", but the school answered %(code)s", code=row["answer"])


def _brought(row: sqlite3.Row) -> str:
    quote = _quote(row["body"])
    if row["problem"] == "no address":
        return _("%(quote)s reached nobody: this number has no webhook", quote=quote)
    if row["answer"] is None:
        return _("%(quote)s did not reach the school: %(problem)s", quote=quote, problem=row["problem"])
    if row["answer"] >= REDIRECTION:
        return _("The school did not take %(quote)s: it answered %(code)s", quote=quote, code=row["answer"])
    return _("%(quote)s reached the school", quote=quote)


def is_trouble(row: sqlite3.Row) -> bool:
    """Whether the school could not be told, or did not take it."""
    return bool(row["problem"]) or (row["answer"] or 0) >= REDIRECTION


def _look(row: sqlite3.Row) -> tuple[str, str]:
    if is_trouble(row):
        return "alert-triangle", "warn"
    if row["kind"] == INBOUND:
        return "message", ""
    looks = {"queued": "clock", "sent": "send-2", "delivered": "checks", "canceled": "ban"}
    return (looks[row["status"]], "") if row["status"] in looks else ("alert-circle", "danger")


def _local(at: float, zone: str) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone))


def exact_time(at: float, zone: str) -> str:
    """To the second, as the phone's clock says it."""
    return str(format_time(_local(at, zone), "medium", rebase=False)).replace("\u202f", " ")


def day_and_time(at: float, zone: str) -> str:
    """Today 9:58 AM, Mon 8:02 AM, or Oct 3, 8:02 AM."""
    local = _local(at, zone)
    days = (now().astimezone(ZoneInfo(zone)).date() - local.date()).days
    time = str(format_time(local, "short", rebase=False)).replace("\u202f", " ")
    if days == 0:
        return _("Today %(time)s", time=time)
    if days < 7:  # noqa: PLR2004  # a week
        return f"{format_date(local.date(), 'EEE', rebase=False)} {time}"
    return str(format_datetime(local, "MMM d, h:mm a", rebase=False)).replace("\u202f", " ")


def newest(lines: Iterable[FeedLine], usual: int) -> int:
    """The id after which the next feed goes on."""
    return max((line.id for line in lines), default=usual)
