"""The list of faxes."""

from flask import render_template
from sqlalchemy import select

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.core.database import db
from app.fax.models import Fax
from app.fax.queries import is_visible_to
from app.fax.views.blueprint import pages


@pages.get("")
@requires(Permission.READ_FAXES)
def inbox() -> str:
    """The newest."""
    found = db.session.scalars(select(Fax).where(is_visible_to(asker())).order_by(Fax.id.desc()).limit(50)).all()
    return render_template("fax/inbox.html", faxes=found)
