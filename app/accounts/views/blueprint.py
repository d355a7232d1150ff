"""One blueprint for the room; its modules add their routes."""

from datetime import datetime, timedelta

from flask import Blueprint
from flask_babel import gettext as _

from app.accounts.board import todays_board
from app.accounts.current import own_zone
from app.accounts.devices import device_icon
from app.core.clock import now
from app.core.presentation import short_when

bp = Blueprint("accounts", __name__)

JUST_NOW = timedelta(minutes=2)
HOUR, HALF_DAY = timedelta(hours=1), timedelta(hours=12)


@bp.context_processor
def shown_time() -> dict[str, object]:
    """What the room's templates need to show moments, devices and today's board."""
    return {"time_zone": own_zone(), "moment": now(), "device_icon": device_icon, "todays_board": todays_board}


@bp.app_template_filter("ago")
def ago(moment: datetime) -> str:
    """How long ago somebody was there, in the fewest words."""
    distance = now() - moment
    if distance < JUST_NOW:
        return str(_("Now"))
    if distance < HOUR:
        return str(_("%(count)s min ago", count=distance // timedelta(minutes=1)))
    if distance < HALF_DAY:
        return str(_("%(count)s h ago", count=distance // HOUR))
    return short_when(moment, own_zone())
