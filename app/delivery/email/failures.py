"""Why an email did not arrive, in our words. The mail servers' own codes are translated in `replies`."""

from enum import StrEnum

from flask_babel import lazy_gettext as _

from app.carrier.error_codes import Effect, Failure, NextStep, Retry, know


class MailCode(StrEnum):
    """Ours, because servers use the same number for many things."""

    UNKNOWN = "mail_unknown"
    FULL = "mail_full"
    TURNED_AWAY = "mail_turned_away"
    TOO_BIG = "mail_too_big"
    REFUSED = "mail_refused"
    LATER = "mail_later"
    """Not taken now: it is tried again by itself."""
    NEVER_TAKEN = "mail_never_taken"
    """Not taken for hours."""
    NOT_LET_IN = "mail_not_let_in"
    """Our own mail server does not let us send."""
    SERVER_AWAY = "mail_server_away"
    FILE_GONE = "mail_file_gone"
    SUPPRESSED = "mail_suppressed"
    """Nothing was sent: the address is known not to work."""


_OTHERWISE = (NextStep.CALL, NextStep.OTHER_GUARDIAN)
_FIX = (NextStep.FIX_NUMBER, NextStep.OTHER_GUARDIAN)
_ADMIN = (NextStep.ASK_ADMIN, NextStep.RETRY)

know(
    (
        Failure(MailCode.UNKNOWN, _("No such mailbox"), _("This email address does not exist. Ask the family for the right one."),
                effect=Effect.DEAD, next_steps=_FIX),
        Failure(MailCode.FULL, _("Mailbox full"), _("The family’s mailbox takes no more emails. Text or call instead, or try again later."),
                Retry.BY_HAND, Effect.UNREACHABLE, (NextStep.RETRY, *_OTHERWISE)),
        Failure(MailCode.TURNED_AWAY, _("Turned away as unwanted"),
                _("The family’s mail provider did not want this email. Text or call instead; if it happens to many, tell your admin."),
                Retry.BY_HAND, next_steps=(NextStep.CALL, NextStep.ASK_ADMIN)),
        Failure(MailCode.TOO_BIG, _("Email too big"), _("The attachments are too big for the family’s mail provider. Send a link instead."),
                next_steps=(NextStep.EDIT,)),
        Failure(MailCode.REFUSED, _("Email refused"),
                _("The mail server refused this email and does not clearly say why. Try again, or text or call instead."),
                Retry.BY_HAND, next_steps=(NextStep.RETRY, *_OTHERWISE)),
        Failure(MailCode.LATER, _("Not taken yet"),
                _("The family’s mail provider asks us to come back later. It is tried again by itself."),
                Retry.BY_HAND, next_steps=(NextStep.RETRY, *_OTHERWISE)),
        Failure(MailCode.NEVER_TAKEN, _("Mailbox unreachable"),
                _("The family’s mail provider did not take this email for hours. Text or call instead, or try again later."),
                Retry.BY_HAND, Effect.UNREACHABLE, (NextStep.RETRY, *_OTHERWISE)),
        Failure(MailCode.NOT_LET_IN, _("Our mail server refuses us"),
                _("The district’s mail server does not let us send. Nothing was sent. Ask your admin to check the mail settings."),
                Retry.BY_HAND, next_steps=_ADMIN),
        Failure(MailCode.SERVER_AWAY, _("Our mail server is away"),
                _("The district’s mail server could not be reached. Nothing was sent: try again."),
                Retry.BY_HAND, next_steps=_ADMIN),
        Failure(MailCode.FILE_GONE, _("Attachment gone"),
                _("A file of this email is no longer kept, so nothing was sent. Write it again with the file."),
                next_steps=(NextStep.EDIT,)),
        Failure(MailCode.SUPPRESSED, _("Skipped: address does not work"),
                _("An earlier email to this address came back, so nothing was sent. Ask the family for the right one."),
                next_steps=_FIX),
    )
)  # fmt: skip
