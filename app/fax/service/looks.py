"""What follows from every change of a fax: it counts on, browsers hear of it, and the search finds what stands on it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.core.database import db, open_events
from app.core.phone_numbers import for_people
from app.core.search_text import fold
from app.delivery.models import Delivery
from app.fax.events import FaxChanged
from app.fax.models import Fax, FaxPage

LONGEST_SEARCH = 60_000


def hold(fax_id: int) -> Fax:
    """The row as it is now, nobody else changing it. Belongs into a transaction; who may see it was asked before."""
    db.session.flush()
    return db.session.get_one(Fax, fax_id, populate_existing=True, with_for_update=True)


def hold_or_none(fax_id: int) -> Fax | None:
    """The same of one that may be deleted for good by now."""
    db.session.flush()
    return db.session.get(Fax, fax_id, populate_existing=True, with_for_update=True)


def hold_in_outbox(fax_id: int) -> Fax:
    """The same of one that is in the outbox, after its delivery: in that order its news locks them, so nobody waits in a circle."""
    delivery_id = db.session.scalar(select(Fax.delivery_id).where(Fax.id == fax_id))
    if delivery_id is not None:
        db.session.execute(select(Delivery.id).where(Delivery.id == delivery_id).with_for_update())
    return hold(fax_id)


def changed(fax: Fax, *, also: Sequence[int | None] = (), is_fresh: bool = False) -> FaxChanged:
    """The fact about it. `also` are people whose list it left."""
    people = {one for one in (fax.assignee_id, fax.author_id, *also) if one is not None}
    return FaxChanged(fax.district_id, fax.school_id, fax.id, tuple(sorted(people)), fax.version, is_fresh)


def touch(fax: Fax, *, also: Sequence[int | None] = (), is_fresh: bool = False) -> None:
    """It looks different from now on. Belongs into a transaction."""
    fax.version += 1
    open_events().append(changed(fax, also=also, is_fresh=is_fresh))


def index_words(fax: Fax) -> None:
    """What the search finds it by: names, number, subject, and the words on its pages. Belongs into a transaction; one query."""
    pages = db.session.scalars(select(FaxPage.words).where(FaxPage.fax_id == fax.id).order_by(FaxPage.id))
    fax.search_text = searchable(fax, pages)


def searchable(fax: Fax, pages: Iterable[str]) -> str:
    """The same of words that are known already."""
    number = f"{fax.address} {for_people(fax.address)}" if fax.address else ""
    named = f"{fax.name} {fax.own_name} {fax.attention or ''} {fax.station} {number} {fax.subject} {fax.cover_note or ''}"
    return fold(f"{named} {' '.join(pages)}")[:LONGEST_SEARCH]
