"""The first page of a fax that we send: from whom, to whom, how many pages, about what. It is short, because many people see it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date

from babel import dates
from flask_babel import get_locale
from flask_babel import gettext as _

from app.core.paper import Paper
from app.core.phone_numbers import for_people


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on it, in the words of the page."""

    title: str
    sender: str
    contact: str
    """Our numbers, on one line."""
    rows: tuple[tuple[str, str], ...]
    note: str
    notice: str
    language: str

    @property
    def fingerprint(self) -> str:
        """The same for covers that look the same."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Particulars:
    """Of which fax it is the cover."""

    sender: str
    author: str
    """Who writes, with the job where it is known."""
    office_phone: str | None
    fax_number: str
    to: str
    attention: str
    to_number: str
    subject: str
    note: str
    pages: int
    """With the cover itself."""
    day: date
    """At the school."""


def cover_of(it: Particulars) -> Cover:
    """Put into words, in the language of this moment."""
    ours = [_("Office %(number)s", number=for_people(it.office_phone))] if it.office_phone else []
    ours.append(_("Fax %(number)s", number=for_people(it.fax_number)))
    whom = ", ".join(part for part in (it.attention, it.to) if part)
    rows = [
        (_("To"), whom), (_("Fax"), for_people(it.to_number)), (_("From"), it.author),
        (_("Date"), str(dates.format_date(it.day, "long", locale=get_locale() or "en"))),
        (_("Pages"), _("%(pages)s, with this one", pages=it.pages)), (_("Re"), it.subject),
    ]  # fmt: skip
    call = for_people(it.office_phone or it.fax_number)
    notice = _(
        "CONFIDENTIAL. These pages may hold student records protected by federal law. If they reached you by mistake, "
        "please call %(number)s and destroy all copies.", number=call,
    )  # fmt: skip
    return Cover(
        title=_("FAX"), sender=it.sender, contact=" · ".join(ours), rows=tuple((name, words) for name, words in rows if words),
        note=it.note.strip(), notice=notice, language=str(get_locale() or "en").replace("_", "-"),
    )  # fmt: skip


def drawn(cover: Cover) -> bytes:
    """It as a PDF of one page."""
    paper = Paper(cover.title)
    paper.page()
    paper.words(cover.title, cover.language, size=40, bold=True)
    paper.gap(4)
    paper.words(cover.sender, cover.language, size=15, bold=True)
    paper.words(cover.contact, cover.language, size=11.5)
    paper.gap(5)
    paper.table(cover.rows, cover.language, size=12)
    paper.gap(7)
    if cover.note:
        paper.words(cover.note, cover.language, size=12.5)
    paper.foot(cover.notice, cover.language, size=10)
    return paper.data()
