"""What callers of the invented district said after the beep, and what they heard before it."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from io import BytesIO

from app.calls.sound_files import hear
from app.calls.subtitles import shared_out
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.ids import new_uuid
from app.core.phone_numbers import for_people
from app.core.search_text import fold
from app.demo.house import House, Row
from app.demo.moments import last_in_school_hours
from app.demo.murmurs import murmur
from app.demo.speaking import subtitle

DANA, MARISOL, CEDAR_GROVE = 1, 2, 1
OFFICE = None
GREETINGS = (
    (DANA, "en", "Hello, this is Ms. Okafor-Reyes in Room 12. Please tell me your name and your child’s name after the beep."),
    (DANA, "es", "Hola, habla la maestra Okafor-Reyes, del salón 12. Deje su nombre y el de su hijo después del tono."),
    (OFFICE, "en", "You have reached Cedar Grove Elementary. Please leave a message after the beep, and the office will call you back."),
)
"""Whose, in which language, and the words."""


@dataclass(frozen=True, slots=True)
class Left:
    """One message: who called, whose box it is in, its words (none: no transcript) and what became of it."""

    who: str
    """The guardian's name, or a number that nobody knows."""
    box: int | None
    ago: timedelta
    seconds: int
    words: str
    is_heard: bool = False
    is_done: bool = False
    assignee: int | None = None
    problem: str | None = None


MINUTES, HOURS, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MESSAGES = (
    Left(
        "Priyanka Subramaniam-Venkataraghavan", DANA, 9 * DAYS, 21, "Thank you for the reading list. Ishaan has begun the second book.",
        is_heard=True, is_done=True,
    ),
    Left(
        "Wei Zhang", DANA, 5 * DAYS, 33,
        "Hello, this is Emma’s mother. We will be away on Friday, so Emma misses the spelling test. Can she write it on Monday?",
        is_heard=True,
    ),
    Left(
        "Tamika Brooks", DANA, 3 * DAYS, 72,
        "Good afternoon, Tamika here. Two small matters about Thursday. Jayden’s grandmother drives him home from the field trip, and he "
        "may not have nuts, so please look at the snacks. Thank you, and have a good evening.",
        is_heard=True, assignee=MARISOL,
    ),
    Left(
        "Rosa María Hernández-Gutiérrez", DANA, 2 * DAYS, 24,
        "Hola maestra, estoy afuera pero la puerta está cerrada. ¿Alguien me puede abrir? Gracias.", is_heard=True,
    ),
    Left("+15035550142", OFFICE, 2 * DAYS, 4, "", is_heard=True, problem="nothing_said"),
    Left("Iosefa Tuilagi", OFFICE, 26 * HOURS, 17, "This is Iosefa, Malia’s dad. She lost her blue jacket. Is it in the office?"),
    Left("+19715550166", OFFICE, 5 * HOURS, 12, "Hi, calling about picking up early. Please call me back at this number."),
    Left(
        "Minh Châu Nguyễn Thị", DANA, 95 * MINUTES, 31,
        "Dạ chào cô, em là mẹ của Bảo. Cháu bị sốt từ tối qua nên hôm nay em cho cháu nghỉ ở nhà. Em cảm ơn cô.",
    ),
    Left(
        "DeShawn Washington", DANA, 48 * MINUTES, 46,
        "Hey Ms. Okafor, it’s DeShawn, Amari’s dad. He left his inhaler on the kitchen counter, so I’m going to run it over to the front "
        "office around ten. If he has PE before that, could he please sit out until he has it? Also his auntie, Monique, is picking him up "
        "today, not me. She’s on the list. Thanks for everything. You can text me, I’m at work. Bye.",
    ),
)  # fmt: skip
"""Oldest first."""


def build_greetings(house: House) -> None:
    """What callers hear before the beep."""
    since = last_in_school_hours(now().replace(second=0, microsecond=0)) - 30 * DAYS
    for staff, language, words in GREETINGS:
        house.add(
            "voicemail_greetings", district_id=1, school_id=CEDAR_GROVE if staff is OFFICE else None, staff_id=staff, language=language,
            words=words, content_type="", changed_at=since,
        )  # fmt: skip


def left_messages(newest: datetime) -> list[tuple[datetime, Left]]:
    """When each was left."""
    return [(newest - left.ago, left) for left in MESSAGES]


def leave(house: House, left: Left, guardian: Row | None, at: datetime) -> None:
    """The call, the sound and the row of the list."""
    if guardian is None and not left.who.startswith("+"):
        return
    point = next((one for one in house.rows["contact_points"] if guardian and one["guardian_id"] == guardian["id"]), None)
    address = point["address"] if point else left.who
    number = len(house.rows.get("calls", ())) + 1
    call = house.add(
        "calls", uuid=new_uuid(), district_id=1, school_id=CEDAR_GROVE, kind="return", guardian_id=guardian["id"] if guardian else None,
        staff_id=left.box, phone_number_id=1, title=left.who if guardian else for_people(left.who), request_key=f"demo.call.{number}",
        status="finished", created_at=at, ended_at=at + timedelta(seconds=left.seconds + 20), look_at=at, version=1, notes="",
        notes_version=0,
    )  # fmt: skip
    house.link(
        "direct_calls", call_id=call, is_inbound=True, address=address, name=left.who if guardian else "",
        contact_point_id=point["id"] if point else None, language=guardian["language"] if guardian else "en", stage="over", since=at,
        outcome="voicemail",
    )  # fmt: skip
    _keep(house, left, call, guardian, point)


def _keep(house: House, left: Left, call: int, guardian: Row | None, point: Row | None) -> None:
    """The sound, the words, and the row of the list."""
    number, at = call, house.rows["calls"][call - 1]["created_at"]
    language = guardian["language"] if guardian else "en"
    lines = shared_out(left.words, left.seconds) if left.words else []
    stored: Row = {}
    if left.problem is None:
        file = murmur([line.end - line.start for line in lines], left.seconds, number)
        heard = hear(BytesIO(file))
        kept = file_store().save(iter([file]), extension=".wav")
        stored = {"file_key": kept.key, "size": kept.size, "peaks": heard.peaks}
    recording = house.add(
        "recordings", uuid=new_uuid(), district_id=1, call_id=call, kind="voicemail", provider_id=f"REdemo{number:028d}",
        state="failed" if left.problem else "ready", problem=left.problem, consent_basis="voicemail", language=language, created_at=at,
        begun_at=at, seconds=float(left.seconds), tries=1, **{"peaks": [], **stored},
    )  # fmt: skip
    if lines:
        house.add(
            "transcripts", district_id=1, recording_id=recording, state="ready", source="carrier", language=language,
            lines=[asdict(line) for line in lines], is_estimated=True, search_text=fold(left.words), created_at=at,
        )  # fmt: skip
    bonds = [one for one in house.rows["guardianships"] if guardian and one["guardian_id"] == guardian["id"]]
    children = [house.rows["students"][one["student_id"] - 1] for one in bonds]
    names = " ".join(f"{child['given_name']} {child['family_name']}" for child in children)
    address = point["address"] if point else left.who
    house.add(
        "voicemails", uuid=new_uuid(), district_id=1, school_id=CEDAR_GROVE, staff_id=left.box, assignee_id=left.assignee,
        guardian_id=guardian["id"] if guardian else None, contact_point_id=point["id"] if point else None, phone_number_id=1,
        recording_id=recording, call_id=call, caller=address, name=left.who if guardian else "", children=subtitle(children),
        language=language if language != "en" else None, preview=left.words[:200], seconds=left.seconds, is_broken=bool(left.problem),
        search_text=fold(f"{left.who} {names} {address} {for_people(address)} {left.words}"), note="", received_at=at,
        heard_at=at + HOURS if left.is_heard else None, heard_by_id=(left.box or MARISOL) if left.is_heard else None,
        done_at=at + 2 * HOURS if left.is_done else None, done_by_id=DANA if left.is_done else None, version=0,
    )  # fmt: skip
