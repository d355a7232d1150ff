"""What this room refuses, and what the person can do instead."""

from http import HTTPStatus

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.errors import Conflict, HomeroomError


class NotAllowed(HomeroomError):
    """The person sees the thread and may not do this with it."""

    code = "not_allowed"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, advice: str | None = None) -> None:
        super().__init__(advice or _("Your role can read this conversation, not change it. Ask the office if something should be sent."))


class NothingToSend(HomeroomError):
    """Neither words nor a file."""

    code = "nothing_to_send"

    def __init__(self) -> None:
        super().__init__(_("Write a message or add a file."))


class MessageTooLong(HomeroomError):
    """More parts than a phone joins reliably."""

    code = "message_too_long"

    def __init__(self, segments: int, most: int) -> None:
        super().__init__(
            _("This is %(segments)s texts long; %(most)s is the most. Shorten it, or send a file.", segments=segments, most=most)
        )


class TooManyFiles(HomeroomError):
    """More, or heavier, than one picture message carries."""

    code = "too_many_files"


class CannotReceiveTexts(HomeroomError):
    """A text to this address would reach nobody. `advice` names what would."""

    code = "cannot_receive_texts"


class RecipientOptedOut(CannotReceiveTexts):
    """The guardian said STOP, and only the guardian can take that back. `said` tells to which of our numbers."""

    code = "opted_out"

    def __init__(self, name: str, others: str = "", said: str = "") -> None:
        wanted = said or _("%(name)s texted STOP. You can call; only %(name)s can opt back in, by texting START.", name=name)
        super().__init__(f"{wanted} {others}".strip())


class ContactNotPermitted(HomeroomError):
    """The family's record says that this guardian is not to be written to."""

    code = "contact_not_permitted"

    def __init__(self, name: str) -> None:
        super().__init__(_("The school's records say not to write to %(name)s. Ask the office before you go on.", name=name))


class NobodyToReach(HomeroomError):
    """Not one member of the group can get a text."""

    code = "nobody_to_reach"


class UnfilledFields(HomeroomError):
    """Merge fields that would arrive as they are written."""

    code = "unfilled_fields"

    def __init__(self, names: list[str], people: list[str] | None = None) -> None:
        self.names = names
        shown = ", ".join(f"${name}$" for name in names)
        if people:
            advice = _(
                "There is no value for %(fields)s of %(people)s. Write it out, or add a fallback like $FirstName|there$.",
                fields=shown,
                people=", ".join(people[:3]),
            )
        else:
            advice = ngettext(
                "%(fields)s is not a field. Pick one from the insert menu.",
                "%(fields)s are not fields. Pick them from the insert menu.",
                len(names),
                fields=shown,
            )
        super().__init__(advice)


class FactsChanged(HomeroomError):
    """A machine's translation lost or changed what must not change."""

    code = "facts_changed"

    def __init__(self, facts: list[str]) -> None:
        self.facts = facts
        super().__init__(
            _(
                "The translation lost or changed: %(facts)s. Correct the translation, or send your own words.",
                facts=", ".join(facts[:5]),
            )
        )


class NoFreeNumber(HomeroomError):
    """Every number of the district already talks with this phone."""

    code = "no_free_number"

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "All numbers of the district already have a conversation with %(name)s's phone. Write in one of those, "
                "or ask an administrator for another number.",
                name=name,
            )
        )


class TooLateToUndo(Conflict):
    """The text is on its way."""

    code = "too_late_to_undo"

    def __init__(self) -> None:
        super().__init__(_("Too late to undo: the text has left. You can send a correction."))


class AlreadyDecided(Conflict):
    """A colleague, or another window, was faster."""

    code = "already_decided"

    def __init__(self, advice: str | None = None) -> None:
        super().__init__(advice or _("Somebody already dealt with this. Nothing was changed."))


class UnsuitableTime(HomeroomError):
    """A moment in the past, or too far away."""

    code = "unsuitable_time"


class UnsuitableReply(HomeroomError):
    """A saved reply that could not be found again or used."""

    code = "unsuitable_reply"


class CannotSeeThread(HomeroomError):
    """A colleague who could not open the thread that they are called to."""

    code = "cannot_see_thread"

    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s cannot open this conversation. Choose somebody of this school's office or its teachers.", name=name))
