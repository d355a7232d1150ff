"""What other systems change of a received fax in one call: all of it, or nothing."""

from dataclasses import dataclass

from app.accounts.models import Staff
from app.accounts.service.audit import audit
from app.core.database import transaction
from app.fax.errors_triage import TooLong
from app.fax.models import Fax
from app.fax.service import putting_aside, reading, triage
from app.fax.service.looks import index_words, touch
from app.fax.service.triage import LONGEST_NAME, called, held_by_worker


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be different; None leaves as it is."""

    is_read: bool | None = None
    is_hidden: bool | None = None
    name: str | None = None
    """Of the sender."""
    own_name: str | None = None
    """To whom it is addressed."""
    subject: str | None = None


def change(staff: Staff, fax_id: int, wish: Wish) -> Fax:
    """Raises NotVisible, also for who does not work with faxes, and TooLong."""
    with transaction():
        fax = held_by_worker(staff, fax_id)
        if wish.is_read is not None:
            (reading.mark_read if wish.is_read else reading.mark_new)(staff, fax_id)
        if wish.name is not None or wish.subject is not None:
            name, subject = (fax.name if wish.name is None else wish.name), (fax.subject if wish.subject is None else wish.subject)
            triage.rename(staff, fax_id, name, subject)
        if wish.own_name is not None:
            _address(staff, fax, " ".join(wish.own_name.split()))
        if wish.is_hidden is not None:
            (putting_aside.hide if wish.is_hidden else putting_aside.show)(staff, fax_id)
    return fax


def _address(staff: Staff, fax: Fax, own_name: str) -> None:
    if len(own_name) > LONGEST_NAME:
        raise TooLong
    if fax.own_name != own_name:
        fax.own_name = own_name
        index_words(fax)
        audit("fax.addressed", fax, {"fax": called(fax), "name": own_name}, by=staff)
        touch(fax)
