"""The page on which a fax is written: what its template needs, and the parts that follow each change."""

from dataclasses import dataclass

from app.accounts.models import Staff
from app.core.database import db
from app.core.local_clock import local_clock
from app.core.phone_numbers import for_people, is_e164
from app.core.presentation import decimal, ngettext
from app.core.presentation import gettext as _
from app.directory.models import District
from app.fax import links
from app.fax.cover import Cover
from app.fax.estimate import Estimate, estimate
from app.fax.models import Fax, FaxPage, FaxPart, Paper
from app.fax.numbers import is_ours
from app.fax.part_words import part_problem
from app.fax.queries_cover import cover_for
from app.fax.queries_sending import Sender, acquaintance, pages_of, parts_of, zone_of_fax


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of the list."""

    id: int
    name: str
    glyph: str
    line: str
    is_broken: bool
    is_waiting: bool
    place: str
    """Which pages of the fax it is."""
    thumbs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """What follows each change of a draft."""

    files: tuple[FileRow, ...]
    is_waiting: bool
    pages: int
    sum: str
    cover: Cover | None
    cost: str
    durations: dict[str, str]
    hint: str
    hint_kind: str
    """"", or "warn"."""


def composed(fax: Fax, staff: Staff) -> Composed:
    """Of a draft that is kept, for who writes it."""
    parts = [part for part in parts_of(fax.id) if not part.is_cover]
    rows, total = _rows(fax, parts, staff.id)
    pages = total + fax.has_cover
    known = db.session.get_one(District, fax.district_id).settings
    hint, kind = number_hint(staff, fax.address, zone_of_fax(fax))
    return Composed(
        files=rows, is_waiting=any(row.is_waiting for row in rows), pages=pages, sum=sum_words(total, has_cover=fax.has_cover),
        cover=cover_for(fax) if fax.has_cover else None, cost=cost_words(estimate(pages, fax.quality, known)),
        durations={quality: _minutes(estimate(max(pages, 1), quality, known)) for quality in ("standard", "fine")},
        hint=hint, hint_kind=kind,
    )  # fmt: skip


def blank(sender: Sender, staff: Staff, *, number: str, has_cover: bool) -> Composed:
    """Of one that is no row yet."""
    hint, kind = number_hint(staff, number, sender.zone)
    pages, known = int(has_cover), sender.district.settings
    return Composed(
        files=(), is_waiting=False, pages=pages, sum=sum_words(0, has_cover=has_cover), cover=None,
        cost=cost_words(estimate(pages, "fine", known)), hint=hint, hint_kind=kind,
        durations={quality: _minutes(estimate(1, quality, known)) for quality in ("standard", "fine")},
    )  # fmt: skip


def _rows(fax: Fax, parts: list[FaxPart], staff_id: int) -> tuple[tuple[FileRow, ...], int]:
    thumbs: dict[int, list[FaxPage]] = {}
    for page in pages_of(parts):
        thumbs.setdefault(page.part_id or 0, []).append(page)
    until, at, total, rows = links.open_until(), int(fax.has_cover), 0, []
    for part in parts:
        first, last = at + 1, at + part.pages
        place = "" if not part.pages or part.paper != Paper.READY else _("p. %(page)s", page=first if first == last else f"{first}–{last}")
        at, total = last, total + part.pages
        drawn = thumbs.get(part.id, [])
        rows.append(
            FileRow(
                part.id, part.name, "file-type-pdf" if part.source_type == "application/pdf" else "photo", _line(part, len(drawn)),
                part.paper == Paper.BROKEN, part.paper == Paper.WAITING, place,
                tuple(links.link(fax.id, page.thumb_key, staff_id, until) for page in drawn[:3]),
            )
        )  # fmt: skip
    return tuple(rows), total


def _line(part: FaxPart, drawn: int) -> str:
    if part.paper == Paper.BROKEN:
        return part_problem(part.problem)
    if part.paper == Paper.WAITING:
        return _("Making its pages: %(done)s of %(all)s", done=drawn, all=part.pages) if part.pages else _("Making its pages …")
    count = ngettext("%(num)s page", "%(num)s pages", part.pages)
    return _("%(count)s, sent in black and white", count=count)


def sum_words(pages: int, *, has_cover: bool) -> str:
    """Such as "3 pages + cover = 4"."""
    count = ngettext("%(num)s page", "%(num)s pages", pages)
    return _("%(count)s + cover = %(sum)s", count=count, sum=pages + 1) if has_cover else count


def cost_words(one: Estimate) -> str:
    """Such as "About 3 minutes, 4 pages, $0.12."."""
    if not one.pages:
        return _("Nothing to send yet.")
    minutes = ngettext("About %(num)s minute", "About %(num)s minutes", one.minutes)
    return _("%(minutes)s, %(pages)s, $%(price)s.", minutes=minutes, pages=ngettext("%(num)s page", "%(num)s pages", one.pages),
             price=decimal(one.cents / 100, "#,##0.00"))  # fmt: skip


def _minutes(one: Estimate) -> str:
    return ngettext("about %(num)s minute", "about %(num)s minutes", one.minutes)


def number_hint(staff: Staff, address: str, zone: str) -> tuple[str, str]:
    """What is known of a number, below its field, and whether it is a warning."""
    if not is_e164(address):
        return "", ""
    if is_ours(address, staff.district_id):
        return _("This is one of your district’s own numbers."), "warn"
    known = acquaintance(staff, address)
    if known.is_no_fax:
        return _("The newest fax did not arrive: a person or a voicemail answered, no fax machine. Check the number."), "warn"
    if known.guardian and not known.times:
        return _("By your records this is the phone of %(name)s. Is it a fax machine?", name=known.guardian), "warn"
    when = local_clock(zone)
    said = [known.name] if known.name else []
    if known.times and known.last_at is not None:
        used = ngettext("Used once", "Used %(num)s times", known.times)
        said.append(_("%(used)s, last on %(day)s", used=used, day=when.full(known.last_at)))
    return (". ".join(said) + "." if said else ""), ""


def shown_number(address: str) -> str:
    """For the field: as people write it, or as it was typed."""
    return for_people(address) if is_e164(address) else address
