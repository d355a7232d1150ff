"""What each state asks before a call is recorded, beside the settings of calls."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.calls.consent import Rule, default_of, rules_of
from app.calls.service.recording_rules import change_rules
from app.calls.views.recorded import recorded
from app.conversations.views.answers import done
from app.core.database import db
from app.core.us_states import STATES
from app.directory.models import District

PAGE = "/recordings/rules"


@recorded.get("/rules")
@requires(Permission.MANAGE_NUMBERS)
def rules() -> ResponseReturnValue:
    """As they are."""
    settings: dict[str, Any] = db.session.get_one(District, asker().district_id).settings
    now = rules_of(settings)
    rows = [(letters, name, now[letters].value, default_of(letters).value) for letters, (name, _codes) in STATES.items()]
    names = {Rule.ONE_PARTY.value: _("One person may"), Rule.ALL_PARTIES.value: _("Everybody must know"), Rule.NEVER.value: _("Never")}
    return render_template("calls/recording_rules.html", rows=sorted(rows, key=lambda row: row[1]), names=names)


@recorded.post("/rules")
@requires(Permission.MANAGE_NUMBERS)
def save_rules() -> ResponseReturnValue:
    """Change them."""
    given = {letters: request.form.get(f"rule-{letters}", "") for letters in STATES}
    change_rules(asker(), given)
    return done(_("Saved."), PAGE)
