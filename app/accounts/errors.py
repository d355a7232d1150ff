"""Refusals of this room."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from math import ceil

from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.unsent import Kind
from app.core.clock import now
from app.core.errors import HomeroomError


class SignInRefused(HomeroomError):
    """No such pair of email and password. The same words whether or not the email exists."""

    code = "wrong_password"

    def __init__(self) -> None:
        super().__init__(_("That password doesn’t match this email. Check Caps Lock, or reset it with “Forgot it?”"))


class LockedOut(HomeroomError):
    """Too many failed tries for this email, whether or not it exists."""

    code = "locked_out"
    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, until: datetime) -> None:
        self.until = until
        minutes = max(1, ceil((until - now()) / timedelta(minutes=1)))
        wait = ngettext("Wait %(num)s minute", "Wait %(num)s minutes", minutes)
        super().__init__(_("Too many tries for this email. %(wait)s, or reset the password with “Forgot it?”", wait=wait))


class WeakPassword(HomeroomError):
    """A password that would be guessed."""

    code = "weak_password"


class WrongCurrentPassword(HomeroomError):
    """Whoever changes a password has to know the old one."""

    code = "wrong_current_password"

    def __init__(self) -> None:
        super().__init__(_("That is not your current password."))


class LinkUnusable(HomeroomError):
    """An emailed link that was used, withdrawn, is too old, or never existed."""

    code = "link_unusable"
    status = HTTPStatus.GONE

    def __init__(self) -> None:
        super().__init__(_("This link no longer works: it was used already, it is too old, or a newer one replaced it."))


class EmailTaken(HomeroomError):
    """An email belongs to one person."""

    code = "email_taken"

    def __init__(self) -> None:
        super().__init__(_("Somebody already has an account with this email. Look for them in the list, also under “Left”."))


class NotYoursToManage(HomeroomError):
    """Visible, but beyond what this person may change."""

    code = "not_yours_to_manage"
    status = HTTPStatus.FORBIDDEN


class NeedsSchool(HomeroomError):
    """Everybody but a district admin works at a school."""

    code = "needs_school"

    def __init__(self, name: str) -> None:
        super().__init__(_("Choose a school for %(name)s first: this role needs one.", name=name))


class LastAdmin(HomeroomError):
    """A district without an administrator could let nobody in any more."""

    code = "last_admin"
    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(_("This is the last district admin. Make somebody else one first."))


class CallbackUnusable(HomeroomError):
    """An address to which nothing can be sent, or a password without one."""

    code = "callback_unusable"

    def __init__(self, advice: str = "") -> None:
        super().__init__(advice or _("This is no address that news can go to. It begins with https:// and holds no password."))


class KeyUnusable(HomeroomError):
    """A key that could open nothing."""

    code = "key_unusable"


class BearerClosed(HomeroomError):
    """What a system asked for came due after it was removed, or after whom it acts as had left."""

    code = "bearer_closed"

    def __init__(self) -> None:
        super().__init__(_("The system was removed, or nobody acts for it any more, before its time had come."))


class MoreToCallOff(HomeroomError):
    """A system that is being removed had asked for more than is called off while somebody waits. Its keys are closed already."""

    code = "more_to_call_off"
    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, counts: Mapping[Kind, int]) -> None:
        """`counts`: how much of what was called off until now."""
        super().__init__(_("Its keys open nothing any more, but it asked for more than could be called off at once. Remove it again."))
        self.counts = dict(counts)


class TooManyKeys(HomeroomError):
    """Programs make a few keys, to change over from one to the next."""

    code = "too_many_keys"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, most: int) -> None:
        super().__init__(_("This system has made %(num)s keys by API that still work. Delete one first.", num=most))
