"""Faxes of the invented district: what came waits for the worker to draw it, as every fax does; what was sent has its document."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.ids import new_uuid
from app.core.phone_numbers import for_people
from app.core.search_text import fold
from app.demo import fax_papers
from app.demo.fax_papers import GRADES, VACCINES, VISITS, Page, cover, form, letter, shout
from app.demo.house import House
from app.demo.moments import last_in_school_hours
from app.demo.schools import ZONE

MARISOL, PRIYA, BEA = 2, 4, 5
CEDAR_GROVE = 1
CLINIC, MARLOWE, DENTAL, COUNTY, CRUISES = "+15035550171", "+12065550134", "+15035550188", "+15035550121", "+18885550140"
CONTACTS = (
    (CLINIC, "Cascade Pediatrics"), (MARLOWE, "Marlowe Park School"), (DENTAL, "Riverbend Family Dental"),
    (COUNTY, "County Services, Children and Families"),
)  # fmt: skip
STATIONS = {
    CLINIC: "CASCADE PEDIATRICS",
    MARLOWE: "MARLOWE PARK SCHOOL",
    DENTAL: "RIVERBEND DENTAL",
    COUNTY: "COUNTY SERVICES",
    CRUISES: "",
}
DESTINATIONS = (("records@demo.test", "Student records, district office"), ("counselor@demo.test", "Ines Carvalho, counselor"))
"""Offered when somebody forwards a fax."""
MINUTES, HOURS, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FORM = "Certificate of Immunization Status"


@dataclass(frozen=True, slots=True)
class Came:
    """One that arrived, and what became of it. `about` is the child whose papers they are: first and last name."""

    sender: str
    ago: timedelta
    seconds: int
    subject: str
    pages: tuple[Page, ...]
    is_read: bool = False
    is_restricted: bool = False
    assignee: int | None = None
    about: tuple[str, str] | None = None
    filed_by: int | None = None


ARRIVED = (
    Came(
        CRUISES, 6 * DAYS, 31, "",
        (shout("CRUISE WINNERS WANTED!", "Your business was chosen. Call within the hour to claim five nights on the Gulf."),), is_read=True,
    ),
    Came(
        COUNTY, 5 * DAYS, 68, "Visit schedule, Jayden B.",
        (
            cover("County Services, Children and Families", "Cedar Grove Elementary, office", "Visit schedule, J. B.", 2,
                  "Please keep this with the pickup list. It replaces the schedule of September."),
            form("Supervised visits", (("Child: Jayden Brooks", "Room 12"), ("In force from: November 16", "Until: further notice")), VISITS,
                 "Release the child to nobody else on these days without calling us first.", signed="L. Ames"),
        ),
        is_read=True, is_restricted=True, about=("Jayden", "Brooks"), filed_by=MARISOL,
    ),
    Came(
        DENTAL, 4 * DAYS, 29, "Excuse note, Mateo H.",
        (
            letter("Riverbend Family Dental", "To the attendance office:\n\nPlease excuse Mateo Hernández from class this morning. He was seen in "
                   "our office from 8:30 to 9:40 and may return to all activities.\n\nThank you,", "Dr. L. Brandt"),
        ),
        is_read=True, about=("Mateo", "Hernández"), filed_by=BEA,
    ),
    Came(
        MARLOWE, 77 * MINUTES, 141, "Student records, Malia Tuilagi",
        (
            cover("Marlowe Park School, records", "Cedar Grove Elementary, office", "Student records, M. T.", 3,
                  "As requested on Tuesday. The health file follows by mail."),
            form("Report of progress, grade 2", (("Student: Malia Tuilagi", "Birth date: 02/11/2018"), ("Teacher: K. Osei", "Days absent: 4")),
                 GRADES, "4 exceeds the standard, 3 meets it, 2 is near it, 1 is below it."),
            letter("Marlowe Park School", "Malia is a kind and curious reader who helps others without being asked. She works well in groups of three "
                   "or four, and needs a quiet place for mathematics.\n\nPlease call me if I can tell you more.", "K. Osei"),
        ),
    ),
    Came(
        CLINIC, 45 * MINUTES, 124, "Immunization record, Joseph W.",
        (
            cover("Cascade Pediatrics", "School health office", "Immunization record, J. W.", 3, "Please add this to his health file."),
            form(FORM, (("Name: Joseph A. Whitehorse", "Birth date: 05/14/2017"), ("Guardian: Eleanor Whitehorse (grandmother)", "Grade: 3")),
                 VACCINES, "[x] Complete for grade    [ ] In process    [ ] Exempt\nI certify that the above is an accurate record of this "
                 "child's immunization history.", signed="T. Abernathy MD", stamp=("CASCADE", "PEDIATRICS")),
            form("Asthma action plan, school", (("Name: Joseph Whitehorse", "Room 12"),),
                 (("Zone", "What you see", "What to do"), ("Green", "Breathes well", "Nothing"), ("Yellow", "Coughs, wheezes", "2 puffs, rest"),
                  ("Red", "Hard to breathe", "4 puffs, call 911")), "The inhaler is in the health office. He may carry a spare.", signed="T. Abernathy MD", stamp=("CASCADE", "PEDIATRICS")),
        ),
        is_restricted=True, assignee=PRIYA, about=("Joseph", "Whitehorse"),
    ),
)  # fmt: skip
"""Oldest first."""


def build_faxes(house: House) -> None:
    """Whose the numbers are, where faxes may go, what came, and what was sent."""
    newest = last_in_school_hours(now().replace(second=0, microsecond=0))
    for address, name in CONTACTS:
        house.add(
            "fax_contacts", district_id=1, address=address, name=name, is_junk=False, is_machine=True, updated_at=newest - 60 * DAYS
        )  # fmt: skip
    for address, name in DESTINATIONS:
        house.add(
            "fax_destinations", uuid=new_uuid(), district_id=1, address=address, name=name, phone_number_id=None, way="link", is_active=True,
            created_at=newest - 50 * DAYS,
        )  # fmt: skip
    number = next(row["id"] for row in house.rows["phone_numbers"] if row["purpose"] == "fax" and row["school_id"] == CEDAR_GROVE)
    for place, came in enumerate(ARRIVED, start=1):
        _arrive(house, came, newest - came.ago, number, place)


def _arrive(house: House, came: Came, at: datetime, number: int, place: int) -> None:
    """Its row and its document. A worker draws the pages as soon as there is one."""
    local = at.astimezone(ZoneInfo(ZONE))
    source = fax_papers.paper(came.pages, station=STATIONS[came.sender], number=for_people(came.sender), at=local)
    name = dict(CONTACTS).get(came.sender, "")
    child = next((one for one in house.rows["students"] if (one["given_name"], one["family_name"]) == came.about), None)
    is_filed = came.filed_by is not None and child is not None
    house.add(
        "faxes", uuid=new_uuid(), district_id=1, school_id=CEDAR_GROVE, phone_number_id=number, direction="in", status="received",
        provider_id=f"demo-fax-{place}", address=came.sender, name=name, own_name="Cedar Grove, fax", station=STATIONS[came.sender],
        subject=came.subject, is_restricted=came.is_restricted, assignee_id=came.assignee,
        student_id=child["id"] if is_filed and child is not None else None, filed_at=at + 2 * HOURS if is_filed else None,
        filed_by_id=came.filed_by if is_filed else None, created_at=at, read_at=at + HOURS if came.is_read else None,
        read_by_id=(came.filed_by or MARISOL) if came.is_read else None, pages=len(came.pages), seconds=came.seconds,
        source_key=file_store().save(iter([source]), extension=".pdf").key, source_type="application/pdf", paper="waiting",
        paper_due_at=at, search_text=fold(f"{name} {came.sender} {for_people(came.sender)} {came.subject}"),
    )  # fmt: skip
