"""What a district decides about recording, state by state; `rules` says whether at all."""

from collections.abc import Mapping, Sequence

from app.accounts.models import Staff
from app.accounts.service import audit
from app.calls.consent import RULES_SETTING, Rule, default_of
from app.calls.models import Call, ConferenceParticipant
from app.core.database import db, transaction
from app.core.us_states import STATES
from app.directory.models import District, PhoneNumber


def change_rules(staff: Staff, rules: Mapping[str, str]) -> None:
    """Keep them; what is as the law has it is not written down. Unknown states and rules are left out."""
    own = {letters: rule for letters, rule in rules.items() if letters in STATES and rule in list(Rule) and rule != default_of(letters)}
    with transaction():
        district = db.session.get_one(District, staff.district_id, populate_existing=True, with_for_update=True)
        kept = {name: value for name, value in district.settings.items() if name != RULES_SETTING}
        district.settings = kept | ({RULES_SETTING: own} if own else {})
        audit("recording_rules.changed", district, {"states": ", ".join(sorted(own)) or "–"}, by=staff, district_id=district.id)


def phones_of(call: Call, legs: Sequence[ConferenceParticipant]) -> list[str]:
    """The school's number and those of all who are, or are to be, in the call."""
    ours = db.session.get_one(PhoneNumber, call.phone_number_id).address
    return [ours, *(leg.address for leg in legs if not leg.is_over)]
