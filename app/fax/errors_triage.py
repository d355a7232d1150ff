"""What is refused of what people do with a fax beside its pages."""

from flask_babel import lazy_gettext as _l

from app.core.errors import HomeroomError


class TooLong(HomeroomError):
    """More words than a name, a subject or a note holds."""

    code = "too_long"
    advice = _l("This is too long: a name has up to 200 characters, a subject 255, a note 2,000 with what stands in it already.")


class StillOnItsWay(HomeroomError):
    """It may leave any moment."""

    code = "still_on_its_way"
    advice = _l("This fax is still on its way. Cancel it first, or wait until it has arrived.")


class NoNumberToBlock(HomeroomError):
    """The sender hid the number, or it is one that we sent."""

    code = "no_number_to_block"
    advice = _l("This fax shows no number that could be blocked. Hide it instead.")


class StillADraft(HomeroomError):
    """Nobody has sent it."""

    code = "still_a_draft"
    advice = _l("This fax is still a draft, so there is nothing to file. Send it first.")
