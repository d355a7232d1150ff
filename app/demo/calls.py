"""Who called whom in the invented district: calls and conferences that were, in the order of time with what callers left."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from app.core.clock import now
from app.core.ids import new_uuid
from app.demo.house import House, Row
from app.demo.moments import early_afternoon, last_in_school_hours
from app.demo.voicemails import CEDAR_GROVE, DANA, MARISOL, leave, left_messages

RINGS = timedelta(seconds=11)


@dataclass(frozen=True, slots=True)
class Talked:
    """One call: with whom, so many days ago and minutes past twenty past one, how it ended, and how long they talked."""

    who: str
    days: int
    minutes: int
    seconds: int = 0
    status: str = "finished"
    staff: int = DANA
    is_inbound: bool = False
    """Then `staff` took it, if anybody did."""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Met:
    """One conference, with the interpreter and perhaps a colleague."""

    who: str
    days: int
    minutes: int
    seconds: int
    interpreter: str
    phone: str
    colleague: bool
    welcome: str
    notes: str


CALLS: tuple[Talked, ...] = (
    Talked("Priyanka Subramaniam-Venkataraghavan", 16, 75, status="no_answer"),
    Talked(
        "Priyanka Subramaniam-Venkataraghavan", 15, 22, 214,
        notes="Ishaan reads at home every evening. Asked for a list of chapter books; I send it on Monday.",
    ),
    Talked("Rosa María Hernández-Gutiérrez", 11, 48, 131, staff=MARISOL, is_inbound=True),
    Talked("DeShawn Washington", 6, 95, status="no_answer", is_inbound=True),
    Talked("Wei Zhang", 4, 61, 168, notes="Emma writes the spelling test on Monday, first thing."),
    Talked("Tamika Brooks", 2, 37, 252, notes="Grandmother drives Jayden home on Thursday. No nuts on the field trip."),
    Talked("Tamika Brooks", 2, 35, status="busy"),
)  # fmt: skip
CONFERENCES = (
    Met(
        "Minh Châu Nguyễn Thị", 20, 130, 1_447, "Linh Tran", "+15035550181", colleague=True,
        welcome="Welcome. We talk about Bảo’s reading, and there is time for your questions.",
        notes="Reading group twice a week from now on. The office sends the form in Vietnamese.",
    ),
    Met(
        "Rosa María Hernández-Gutiérrez", 8, 110, 1_124, "Ana Ruiz", "+15035550182", colleague=False, welcome="",
        notes="Rosa works nights: calls after 1 PM. Mateo stays for homework club on Tuesdays.",
    ),
)  # fmt: skip


def build_calls(house: House) -> None:
    """All of them with the voicemails, oldest first, as a list of calls stands in the order of its numbers."""
    newest = last_in_school_hours(now().replace(second=0, microsecond=0))
    people = {f"{row['given_name']} {row['family_name']}": row for row in reversed(house.rows["guardians"])}
    told: list[tuple[datetime, Callable[[datetime], None]]] = []
    told += [(at, partial(leave, house, left, people.get(left.who))) for at, left in left_messages(newest)]
    told += [(_moment(newest, call), partial(_talked, house, call, people.get(call.who))) for call in CALLS]
    told += [(_moment(newest, met), partial(_met, house, met, people.get(met.who))) for met in CONFERENCES]
    for at, tell in sorted(told, key=lambda each: each[0]):
        tell(at)


def _moment(newest: datetime, call: Talked | Met) -> datetime:
    return early_afternoon(newest, call.days) + timedelta(minutes=call.minutes)


def _call(house: House, guardian: Row, at: datetime, **more: object) -> int:
    """The row that all kinds share."""
    row = {
        "uuid": new_uuid(), "district_id": 1, "school_id": CEDAR_GROVE, "guardian_id": guardian["id"], "phone_number_id": 1,
        "title": _name(guardian), "created_at": at, "look_at": at, "version": 1, "notes": "", "notes_version": 0,
        "request_key": f"demo.call.{len(house.rows.get('calls', ())) + 1}",
    }  # fmt: skip
    return house.add("calls", **(row | more))


def _talked(house: House, call: Talked, guardian: Row | None, at: datetime) -> None:
    point = _phone_of(house, guardian)
    if guardian is None or point is None:
        return
    is_talk = call.status == "finished"
    answered = at + RINGS if is_talk else None
    number = _call(
        house, guardian, at, kind="return" if call.is_inbound else "direct", staff_id=None if call.is_inbound else call.staff,
        status=call.status, answered_at=answered, ended_at=at + RINGS + timedelta(seconds=call.seconds), notes=call.notes,
        notes_version=1 if call.notes else 0,
    )  # fmt: skip
    outcome = ("answered" if is_talk else "missed") if call.is_inbound else None
    house.link(
        "direct_calls", call_id=number, is_inbound=call.is_inbound, address=point["address"], name=_name(guardian),
        contact_point_id=point["id"], language=guardian["language"], way="browser" if is_talk or not call.is_inbound else None,
        stage="over", since=at, outcome=outcome, answered_by_id=call.staff if call.is_inbound and is_talk else None,
    )  # fmt: skip


def _met(house: House, call: Met, guardian: Row | None, at: datetime) -> None:
    point = _phone_of(house, guardian)
    if guardian is None or point is None:
        return
    begun, ended = at + RINGS, at + RINGS + timedelta(seconds=call.seconds)
    number = _call(
        house, guardian, at, kind="conference", staff_id=DANA, status="finished", answered_at=begun, ended_at=ended, notes=call.notes,
        notes_version=1,
    )  # fmt: skip
    house.link("conference_calls", call_id=number, maximum_minutes=60, welcome_message=call.welcome)
    teacher, secretary = house.rows["staff"][DANA - 1], house.rows["staff"][MARISOL - 1]
    seats: list[Row] = [
        {"role": "moderator", "staff_id": DANA, "name": teacher["name"], "address": "+15035550177"},
        {"role": "guardian", "guardian_id": guardian["id"], "contact_point_id": point["id"], "name": _name(guardian),
         "address": point["address"], "language": guardian["language"]},
        {"role": "interpreter", "name": call.interpreter, "address": call.phone, "language": "en"},
    ]  # fmt: skip
    if call.colleague:
        seats.append({"role": "colleague", "staff_id": MARISOL, "name": secretary["name"], "address": "+15035550178"})
    for place, seat in enumerate(seats):
        joined = begun + timedelta(seconds=14 * place)
        leg = house.add(
            "conference_participants",
            **({"language": "en", "staff_id": None, "guardian_id": None, "contact_point_id": None} | seat),
            call_id=number, state="left", since=ended, joined_at=joined,
        )  # fmt: skip
        house.add("call_lines", call_id=number, at=joined, what="joined", participant_id=leg, staff_id=None)
    house.add("call_lines", call_id=number, at=ended, what="ended", participant_id=None, staff_id=None)


def _name(guardian: Row) -> str:
    return f"{guardian['given_name']} {guardian['family_name']}"


def _phone_of(house: House, guardian: Row | None) -> Row | None:
    return next(
        (one for one in house.rows["contact_points"] if guardian and one["guardian_id"] == guardian["id"] and one["kind"] != "email"), None
    )
