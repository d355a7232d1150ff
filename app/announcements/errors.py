"""What this room refuses, and what the person can do instead."""

from collections.abc import Iterable
from enum import StrEnum
from http import HTTPStatus

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.announcements.asking import Lack
from app.announcements.field_troubles import Trouble, trouble_words
from app.core.errors import Conflict, HomeroomError
from app.core.presentation import language_name


class Returned(StrEnum):
    """Why the house itself made an accepted announcement a draft again; people write sentences instead."""

    ROSTER_CHANGED = "roster_changed"
    NOBODY = "nobody"
    NO_SENDER = "no_sender"
    CORRECTED = "corrected"
    BY_A_PERSON = "person"
    """Who wrote no sentence."""


class MayNotSend(HomeroomError):
    """The role does not send announcements."""

    code = "may_not_send"
    status = HTTPStatus.FORBIDDEN
    advice = _l("Your role does not send announcements. Save it as a draft, and ask an admin to send it.")


class MayNotDraft(HomeroomError):
    """The role does not write announcements either."""

    code = "may_not_draft"
    status = HTTPStatus.FORBIDDEN
    advice = _l("Your role can read announcements, not write them. Ask the office if something should be announced.")


class MayNotApprove(HomeroomError):
    """The role does not approve, or the person wrote it."""

    code = "may_not_approve"
    status = HTTPStatus.FORBIDDEN
    advice = _l("Only an admin of the school approves announcements. Ask one to look at it.")


class EmergencyNotAllowed(HomeroomError):
    """Emergencies pass quiet hours, so few may send one."""

    code = "emergency_not_allowed"
    status = HTTPStatus.FORBIDDEN
    advice = _l("Only admins may send an emergency. Choose another category, or ask an admin.")


class Changed(Conflict):
    """Somebody saved or sent it in the meantime."""

    code = "announcement_changed"
    advice = _l("Somebody changed or sent this announcement a moment ago. Look at it again; nothing of yours was sent.")


class NotADraft(Conflict):
    """It was sent, or waits for its time: its words stand."""

    code = "not_a_draft"
    advice = _l("This announcement is no draft any more. Duplicate it to write another one.")


class PlanIsStale(Conflict):
    """What was confirmed is not what would be sent."""

    code = "plan_is_stale"
    advice = _l("What you confirmed has changed since it was shown. Look at the preview again, then send.")


class NothingToSay(HomeroomError):
    """A channel without words."""

    code = "nothing_to_say"
    advice = _l("Write the announcement first: one of its channels has no words.")


class NotReady(HomeroomError):
    """Several things stand in the way of sending, each said by its own error."""

    code = "not_ready"

    def __init__(self, troubles: Iterable[HomeroomError]) -> None:
        self.troubles = [str(one.advice) for one in troubles]
        super().__init__(" ".join(self.troubles))


class NobodyToReach(HomeroomError):
    """The audience is empty, or nobody in it can be reached."""

    code = "nobody_to_reach"
    advice = _l("Nobody would get this announcement. Choose other people, or another way to reach them.")


class NoSender(HomeroomError):
    """The district has no number for announcements."""

    code = "no_announcement_number"
    advice = _l("There is no number for announcements in use. Ask your admin to add one under Numbers.")


class ChannelAway(HomeroomError):
    """Nothing here carries this channel."""

    code = "channel_away"
    advice = _l("One of the chosen channels is not set up here. Take it out, or ask your admin.")


class UnknownTokens(HomeroomError):
    """Fields that nobody can fill."""

    code = "unknown_tokens"

    def __init__(self, found: Iterable[Trouble]) -> None:
        super().__init__(" ".join(trouble_words(found)))


class UnresolvedTokens(HomeroomError):
    """Some readers have no value for a field without a fallback."""

    code = "unresolved_tokens"

    def __init__(self, missing: dict[str, int]) -> None:
        named = ", ".join(f"${name}$ ({number})" for name, number in missing.items())
        super().__init__(_("Some readers have nothing for %(names)s. Add a fallback, such as $FirstName|there$.", names=named))


class QuestionNotReady(HomeroomError):
    """The question that goes along could not be answered as it is. `about` is a language or a choice."""

    code = "question_not_ready"

    def __init__(self, lack: Lack, about: str) -> None:
        super().__init__(_why(lack, about))


def _why(lack: Lack, about: str) -> str:
    said: str = {
        Lack.QUESTION: _("Write the question that families are to answer, or take it out."),
        Lack.CHOICES: _("A question needs at least two choices, without an empty one in between."),
        Lack.WORDING: _("The question is not complete in %(language)s. Translate it, or write it there.", language=language_name(about)),
        Lack.SAME: _("The choice “%(choice)s” cannot be told from another one. Word it differently.", choice=about),
        Lack.KEYWORD: _("“%(choice)s” is a command to phone companies, such as STOP. Word this choice differently.", choice=about),
        Lack.NUMBER: _("The choice “%(choice)s” reads like the number of another one. Write it in words.", choice=about),
        Lack.FIELDS: _("A question and its choices are the same for everybody. Take the field out of “%(words)s”.", words=about),
        Lack.CLOSED: _("The question would be closed before it goes out. Choose a later day."),
    }[lack]
    return said


class NotLater(HomeroomError):
    """A schedule in the past."""

    code = "not_later"
    advice = _l("Choose a time that is still to come, within a year.")


class TypeTheName(HomeroomError):
    """Far more people than this person usually writes to."""

    code = "type_the_name"

    def __init__(self, name: str) -> None:
        super().__init__(_("This reaches far more people than you usually write to. Type “%(name)s” to send it.", name=name))


class NotMoving(Conflict):
    """It is not being sent, so it cannot be stopped or go on."""

    code = "not_moving"
    advice = _l("This announcement is not in that state any more. Look at it again: it may have finished meanwhile.")


class TooManyForLetters(HomeroomError):
    """So many recipients that families are not told apart one by one any more."""

    code = "too_many_for_letters"
    advice = _l(
        "This announcement is too large for letters. Announce it to fewer people at a time, such as school by school, "
        "and have the letters made there."
    )


class MayNotBlock(HomeroomError):
    """The role does not change whom the school may write to."""

    code = "may_not_block"
    status = HTTPStatus.FORBIDDEN
    advice = _l("Your role does not change whom the school may write to. Ask the office.")


class NoStepLeft(HomeroomError):
    """It went over all these channels already."""

    code = "no_step_left"
    advice = _l("It already went over these channels. Choose another one, or print a letter.")


class BadList(HomeroomError):
    """A file that cannot be read as a list."""

    code = "bad_list"
    advice = _l("This file cannot be read. Send a CSV file with a column “phone” or “student id” and at most 20,000 lines.")


class TooManyFiles(HomeroomError):
    """More files, or larger ones, than travel well; `advice` says which limit it is."""

    code = "too_many_files"
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, advice: str) -> None:
        super().__init__(advice)


class StillOld(HomeroomError):
    """A correction of which somebody would get the old words once more."""

    code = "still_old"
    advice = _l("Some people would get the old words again. Change these texts, or tick that they go out as they are.")


class SayWhy(HomeroomError):
    """An emergency without its reason."""

    code = "emergency_without_reason"
    advice = _l("Say what the emergency is: it stands in the report and in the audit log.")


class NoOwnPhone(HomeroomError):
    """There is nowhere to text a code to."""

    code = "no_own_phone"
    advice = _l("Your profile has no phone of your own. Add it under Settings, then come back.")


class TooManyCodes(HomeroomError):
    """A code went out a moment ago, or many did."""

    code = "too_many_codes"
    status = HTTPStatus.TOO_MANY_REQUESTS
    advice = _l("A code was texted a moment ago, or several in the last hour. Wait a little, then ask for another one.")


class CodeBlocked(HomeroomError):
    """The phone said STOP to the numbers that announcements come from."""

    code = "code_blocked"
    advice = _l("This phone wants no texts from the school’s numbers. Text START to one of them, then ask for a code again.")


class WrongCode(HomeroomError):
    """Another one, too late, or after too many tries."""

    code = "wrong_code"
    advice = _l("That is not the code, or it is too old. Look at the newest text, or ask for another code.")


class TooManyTests(HomeroomError):
    """Somebody tests without end."""

    code = "too_many_tests"
    status = HTTPStatus.TOO_MANY_REQUESTS
    advice = _l("You have sent yourself many tests. Wait some minutes, then try again.")


class BadTime(HomeroomError):
    """A time at which nothing can go out; `advice` says why."""

    code = "bad_time"
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, advice: str) -> None:
        super().__init__(advice)
