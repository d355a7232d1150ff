"""Whose business a fax is: who takes care of it, what it is called, what colleagues should know, and who may see it.

What two people change at once is compared with what each saw: the second is told, and loses no word.
"""

from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service.audit import audit
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.fax.errors import FaxMoved, NotAColleague
from app.fax.errors_triage import TooLong
from app.fax.models import Fax, FaxContact
from app.fax.queries_people import colleague_of
from app.fax.service.looks import index_words, touch
from app.fax.service.reading import held_for

LONGEST_NOTE, LONGEST_NAME, LONGEST_SUBJECT = 2000, 200, 255


def held_by_worker(staff: Staff, fax_id: int) -> Fax:
    """The row, held for who works with faxes; to whom it was only given does not do this. Belongs into a transaction. Raises NotVisible."""
    fax = held_for(staff, fax_id)
    if not role_allows(staff.role, Permission.WORK_FAXES):
        raise NotVisible
    return fax


def assign(staff: Staff, fax_id: int, colleague_id: int | None, *, words: str = "", seen: int | bool | None = False) -> Fax:
    """Give it to somebody who works there, to whom it is new, or to nobody in particular; `words` for them go into the note.

    `seen` is who had it when the asker looked. Raises FaxMoved, NotAColleague, NotVisible, TooLong.
    """
    with transaction():
        fax = held_for(staff, fax_id)
        colleague = colleague_of(staff, fax, colleague_id) if colleague_id is not None else None
        if colleague_id is not None and colleague is None:
            raise NotAColleague
        before = fax.assignee_id
        if seen is not False and before not in {seen, colleague_id}:
            raise FaxMoved
        is_said = _say(fax, staff, words)
        if before != colleague_id:
            fax.assignee_id = colleague_id
            if colleague is not None and colleague.id != staff.id and fax.is_inbound:
                fax.read_at = fax.read_by_id = None  # whoever gets it has not read it
            audit("fax.assigned", fax, {"fax": called(fax), "name": colleague.name if colleague else ""}, by=staff)
        if before != colleague_id or is_said:
            touch(fax, also=[before])
    return fax


def note(staff: Staff, fax_id: int, words: str, *, seen: str | None = None) -> Fax:
    """What colleagues should know about it. `seen` is the note that was changed: what was handed on below it since stays.

    Raises FaxMoved where a colleague wrote something else meanwhile, NotVisible, TooLong.
    """
    with transaction():
        fax = held_for(staff, fax_id)
        fresh, before = _tidy(words), None if seen is None else _tidy(seen)
        if before is not None and fax.note not in {before, fresh}:
            if before and not fax.note.startswith(f"{before}\n"):
                raise FaxMoved
            fresh = f"{fresh}\n{fax.note.removeprefix(before).strip()}".strip()
        if len(fresh) > LONGEST_NOTE:
            raise TooLong
        if fax.note != fresh:
            fax.note = fresh
            audit("fax.noted", fax, {"fax": called(fax)}, by=staff)
            touch(fax)
    return fax


def rename(staff: Staff, fax_id: int, name: str, subject: str, *, seen: tuple[str, str] | None = None, is_for_all: bool = False) -> Fax:
    """Whose it is, and what it is about; `is_for_all` also names its number, so that the next one is called so.

    `seen` is the name and the subject that were changed. Raises FaxMoved, NotVisible, TooLong.
    """
    fresh = (" ".join(name.split()), " ".join(subject.split()))
    if len(fresh[0]) > LONGEST_NAME or len(fresh[1]) > LONGEST_SUBJECT:
        raise TooLong
    with transaction():
        fax = held_by_worker(staff, fax_id)
        old = (fax.name, fax.subject)
        if seen is not None and old not in {seen, fresh}:
            raise FaxMoved
        if is_for_all and fax.address:
            contact_of(fax).name = fresh[0]
        if old != fresh:
            fax.name, fax.subject = fresh
            index_words(fax)
            audit("fax.renamed", fax, {"fax": old[0] or fax.address, "name": fresh[0], "subject": fresh[1]}, by=staff)
            touch(fax)
    return fax


def restrict(staff: Staff, fax_id: int, *, is_restricted: bool) -> Fax:
    """Only the office, the admins and whom it is assigned to see it; or again all who read faxes. Raises NotVisible."""
    with transaction():
        fax = held_by_worker(staff, fax_id)
        if fax.is_restricted != is_restricted:
            fax.is_restricted = is_restricted
            audit("fax.restricted" if is_restricted else "fax.opened_up", fax, {"fax": called(fax)}, by=staff)
            touch(fax)
    return fax


def contact_of(fax: Fax) -> FaxContact:
    """What its number is called here; begun where it is new. Belongs into a transaction."""
    wanted = select(FaxContact).where(FaxContact.district_id == fax.district_id, FaxContact.address == fax.address)
    contact = db.session.scalar(wanted.with_for_update())
    if contact is None:
        contact = FaxContact(district_id=fax.district_id, address=fax.address, name="", is_machine=fax.is_inbound)
        db.session.add(contact)
    contact.updated_at = now()
    return contact


def called(fax: Fax) -> str:
    """Its name in the audit log."""
    return fax.name or fax.address or "?"


def _say(fax: Fax, staff: Staff, words: str) -> bool:
    """What goes along with it stands in its note, below what is there, with a name; pressed twice it stands there once."""
    line = f"{staff.name}: {_tidy(words)}"
    if not _tidy(words) or fax.note.endswith(line):
        return False
    longer = f"{fax.note}\n{line}".strip()
    if len(longer) > LONGEST_NOTE:
        raise TooLong
    fax.note = longer
    return True


def _tidy(words: str) -> str:
    return words.replace("\r\n", "\n").strip()
