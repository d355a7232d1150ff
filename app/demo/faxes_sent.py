"""What the invented district faxed: one that arrived, one that found the line busy three times, and one that is to go tomorrow."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.documents.pages import DrawnPage, PageFile
from app.core.documents.rendering import draw, join
from app.core.files import chunks_of
from app.core.ids import new_uuid
from app.core.phone_numbers import for_people
from app.core.search_text import fold
from app.demo.fax_papers import letter, paper
from app.demo.faxes import BEA, CEDAR_GROVE, CLINIC, CONTACTS, COUNTY, DAYS, HOURS, MARISOL, MARLOWE, MINUTES
from app.demo.house import House, Row
from app.demo.moments import last_in_school_hours
from app.demo.schools import ZONE

HEAD = "Cedar Grove Elementary"


@dataclass(frozen=True, slots=True)
class Sent:
    """One of ours. `tries` are outcomes, the last one decides; none: it waits until tomorrow."""

    to: str
    ago: timedelta
    author: int
    subject: str
    name: str
    words: str
    tries: tuple[str, ...] = ()


SENT = (
    Sent(
        MARLOWE, 1 * DAYS, MARISOL, "Records request, Malia T.", "records-request.pdf",
        "To the records office:\n\nMalia Tuilagi has enrolled with us. Please send her report cards and her health file. The family's consent is "
        "on page two of their form, which you have.\n\nThank you,", ("delivered",),
    ),
    Sent(
        COUNTY, 2 * HOURS, BEA, "Attendance, Jayden B.", "attendance-letter.pdf",
        "To his caseworker:\n\nJayden was at school on every day of October and November so far, and on time on all but two.\n\nRegards,",
        ("fax_busy", "fax_busy", "fax_busy"),
    ),
    Sent(
        CLINIC, 30 * MINUTES, MARISOL, "Release of information, Joseph W.", "release-signed.pdf",
        "To Cascade Pediatrics:\n\nEnclosed is the signed release for Joseph Whitehorse. Please send his plan for the school nurse.\n\nThank you,",
    ),
)  # fmt: skip


def build_sent_faxes(house: House) -> None:
    """Each with its file, its page, its document, its place in the outbox, and its tries."""
    newest = last_in_school_hours(now().replace(second=0, microsecond=0))
    number = next(row["id"] for row in house.rows["phone_numbers"] if row["purpose"] == "fax" and row["school_id"] == CEDAR_GROVE)
    source = paper([letter(HEAD, one.words, "M. Vega") for one in SENT])
    for one, page in zip(SENT, _drawn(source), strict=True):
        _send(house, one, newest - one.ago, number, page)


def _send(house: House, one: Sent, at: datetime, number: int, page: Row) -> None:
    is_over, has_arrived = bool(one.tries), one.tries[-1:] == ("delivered",)
    send_at = None if is_over else _tomorrow(at)
    name = dict(CONTACTS)[one.to]
    document = page.pop("document_key")
    fax = house.add(
        "faxes", uuid=new_uuid(), district_id=1, school_id=CEDAR_GROVE, phone_number_id=number, direction="out",
        status="sent" if has_arrived else "failed" if is_over else "scheduled", address=one.to, name=name, own_name=HEAD, station="",
        subject=one.subject, is_restricted=False, created_at=at, pages=1, author_id=one.author, has_cover=False, send_at=send_at,
        paper="ready", document_key=document, thumb_key=page["thumb_key"], failure=None if has_arrived or not is_over else one.tries[-1],
        sent_pages=int(has_arrived), finished_at=at + 15 * MINUTES if is_over else None, seconds=41 if has_arrived else None,
        search_text=fold(f"{name} {one.to} {for_people(one.to)} {one.subject}"),
    )  # fmt: skip
    content = house.add(
        "delivery_contents", body=one.subject, details={"fine": True, "station": "CEDAR GROVE"},
        media=[{"key": document, "content_type": "application/pdf", "name": "fax.pdf"}],
    )  # fmt: skip
    state = "delivered" if has_arrived else "failed" if is_over else "pending"
    delivery = house.add(
        "deliveries", uuid=new_uuid(), district_id=1, owner_kind="fax", owner_id=fax, contact_point_id=None, phone_number_id=number,
        content_id=content, address=one.to, state=state, segments=1, attempts=len(one.tries), channel="fax", is_reply=True,
        error_code=None if has_arrived or not is_over else one.tries[-1], due_at=send_at or at, started_at=at if is_over else None,
        created_at=at, finished_at=at + 15 * MINUTES if is_over else None, settled_at=at + 15 * MINUTES if state == "failed" else None,
    )  # fmt: skip
    house.rows["faxes"][fax - 1]["delivery_id"] = delivery
    for place, outcome in enumerate(one.tries, start=1):
        begun = at + 7 * MINUTES * (place - 1)
        house.add(
            "placed_faxes", delivery_id=delivery, attempt=place, address=one.to, provider_id=f"demo-sent-{fax}-{place}", placed_at=begun,
            outcome=outcome, pages=int(has_arrived), seconds=41 if has_arrived else 0, ended_at=begun + MINUTES,
        )  # fmt: skip
    part = house.add(
        "fax_parts", fax_id=fax, position=1, is_cover=False, name=one.name, source_key=page.pop("source_key"), source_type="application/pdf",
        size=page.pop("size"), pages=1, paper="ready", created_at=at,
    )  # fmt: skip
    house.add("fax_pages", fax_id=fax, part_id=part, number=1, **page)
    _fill_in(house)


def _fill_in(house: House) -> None:
    """What the outbox's other rows have by default: rows of one table are written with the same columns."""
    for row in house.rows["deliveries"]:
        row.setdefault("channel", "sms")
        row.setdefault("is_reply", False)
    for row in house.rows["delivery_contents"]:
        row.setdefault("details", {})
    usual: dict[str, Any] = {
        "has_cover": True, "sent_pages": 0, "is_restricted": False, "paper": "ready", "pages": 0, "station": "", "subject": "",
    }  # fmt: skip
    for row in house.rows["faxes"]:
        for name, value in usual.items():
            row.setdefault(name, value)


def _drawn(source: bytes) -> list[Row]:
    """The pages of a document, each with its pictures, its file and the document that a carrier gets."""
    store, found = file_store(), list[DrawnPage]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "source").write_bytes(source)
        (folder / "pages").mkdir()
        draw(folder / "source", folder / "pages", as_received=False, on_page=lambda page, _of: found.append(page))
        rows = []
        for page in found:
            document = join([PageFile(page.image)], folder / f"{page.number}.pdf")
            kept = {}
            for what, file in (
                ("image_key", page.image),
                ("screen_key", page.screen),
                ("thumb_key", page.thumb),
                ("document_key", document),
            ):
                with file.open("rb") as stream:
                    kept[what] = store.save(chunks_of(stream), extension=file.suffix).key
            alone = folder / f"{page.number}-alone.pdf"
            shutil.copyfile(document, alone)
            size = alone.stat().st_size
            with alone.open("rb") as stream:
                source_key = store.save(chunks_of(stream), extension=".pdf").key
            rows.append({**kept, "source_key": source_key, "size": size, "width": page.width, "height": page.height, "words": page.words})
    return rows


def _tomorrow(at: datetime) -> datetime:
    """A quarter to eight, by the school's clock."""
    return (now().astimezone(ZoneInfo(ZONE)) + DAYS).replace(hour=7, minute=45, second=0, microsecond=0).astimezone(at.tzinfo)
