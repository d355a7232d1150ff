"""The letters of this room, in the language of whoever reads them."""

from flask_babel import gettext as _

from app.accounts.models import Staff, TokenPurpose
from app.core.mail import Letter


def letter_for(purpose: TokenPurpose, staff: Staff, address: str) -> Letter:
    """The letter that carries a link."""
    hello = _("Hello %(name)s,", name=staff.name)
    subject, body = _WORDS[purpose]()
    return Letter(staff.email, subject, "\n\n".join((hello, body, address, _OTHERWISE[purpose](), "Homeroom")) + "\n")


def _invitation() -> tuple[str, str]:
    return (
        _("Your Homeroom account is ready"),
        _("your school invites you to Homeroom, where staff text and call families. Choose your password here within 7 days:"),
    )


def _reset() -> tuple[str, str]:
    return (
        _("Choose a new Homeroom password"),
        _("choose a new password here within an hour. Every device that is signed in with the old one will be signed out:"),
    )


def _unlock() -> tuple[str, str]:
    return (
        _("Somebody tried your Homeroom password"),
        _(
            "there were several failed tries to sign in as you, so we made everybody wait. If that was you, open this within an hour to "
            "try again at once:"
        ),
    )


_WORDS = {TokenPurpose.INVITATION: _invitation, TokenPurpose.RESET: _reset, TokenPurpose.UNLOCK: _unlock}
_OTHERWISE = {
    TokenPurpose.INVITATION: lambda: _("If you do not work at this school, ignore this mail; nothing will happen."),
    TokenPurpose.RESET: lambda: _("If you did not ask for this, ignore this mail; your password stays as it is."),
    TokenPurpose.UNLOCK: lambda: _("If it was not you, do nothing: your password was not guessed. A long one keeps it that way."),
}
