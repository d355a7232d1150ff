"""What a call that came in does next, for a telephone system that asks at one address and says only what happened."""

from app.calls.models import Stage
from app.calls.references import FAR
from app.calls.said import MenuSaid
from app.calls.service import direct_steps, incoming, office_line
from app.carrier.voice_forms import ScriptForm
from app.core.database import transaction


def next_step(form: ScriptForm) -> MenuSaid:
    """The menu, what the pressed key leads to, or what is new in the line. Raises NotVisible where the number is not ours."""
    with transaction():
        known = direct_steps.of_carrier(form.call_id)
        if known is None or known[1] != FAR or known[0].call.is_over:
            return incoming.begin(form)
        one = known[0]
        reference = one.line.reference(FAR)
        if one.line.stage == Stage.MENU and form.digits:
            return incoming.choose(form, reference, 0)
        if one.line.stage == Stage.LINE:
            return office_line.wait(form, reference)
        if one.line.stage == Stage.VOICEMAIL and form.recording_id:
            return incoming.recorded(form, reference)
        return incoming.begin(form)
