"""A fax as others hear of it."""

from collections.abc import Sequence

from app.core.database import db, open_events
from app.fax.events import FaxChanged
from app.fax.models import Fax


def hold(fax_id: int) -> Fax:
    """The row as it is now, nobody else changing it. Belongs into a transaction; who may see it was asked before."""
    return db.session.get_one(Fax, fax_id, populate_existing=True, with_for_update=True)


def changed(fax: Fax, *, also: Sequence[int | None] = (), is_fresh: bool = False) -> FaxChanged:
    """The fact about it; `also` are those to whom it was assigned until now."""
    people = {one for one in (fax.assignee_id, fax.author_id, *also) if one is not None}
    return FaxChanged(fax.district_id, fax.school_id, fax.id, tuple(sorted(people)), fax.version, is_fresh)


def touch(fax: Fax, *, also: Sequence[int | None] = (), is_fresh: bool = False) -> None:
    """It looks different from now on. Belongs into a transaction."""
    fax.version += 1
    open_events().append(changed(fax, also=also, is_fresh=is_fresh))
