"""From the carrier's codes to our words: what happened, what to do next, and what follows from it.

Codes of the carrier are its own numbers as text; what the house itself decides has a name (`HouseCode`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

REFERENCE = "https://www.twilio.com/docs/api/errors/{}"


class HouseCode(StrEnum):
    """Why the house itself stopped a delivery."""

    OPTED_OUT = "opted_out"
    NOT_PERMITTED = "not_permitted"
    """The children's records say not to write to this person."""
    OFF_RECORD = "off_record"
    """The person, or the address, was taken off the records while it waited."""
    ADDRESS_CHANGED = "address_changed"
    """The contact has another address by now."""
    WRONG_NUMBER = "wrong_number"
    """Somebody said meanwhile that it is not theirs."""
    NO_SENDER = "no_sender"
    CARRIER_BUSY = "carrier_busy"
    CARRIER_UNREACHABLE = "carrier_away"
    GIVEN_UP = "given_up"
    """A person decided that a doubtful one did not leave."""


class Effect(StrEnum):
    """What a code tells about the address itself."""

    DEAD = "dead"
    UNREACHABLE = "unreachable"
    LANDLINE = "landline"
    OPTED_OUT = "opted_out"


class Retry(StrEnum):
    """Whether the same text to the same address may be tried again."""

    NEVER = "never"
    BY_ITSELF = "by_itself"
    """A bounded number of times, with growing pauses."""
    BY_HAND = "by_hand"


class NextStep(StrEnum):
    """What a page offers beside the reason."""

    RETRY = "retry"
    CALL = "call"
    FIX_NUMBER = "fix_number"
    OTHER_GUARDIAN = "other_guardian"
    EDIT = "edit"
    ASK_ADMIN = "ask_admin"


@dataclass(frozen=True, slots=True)
class Failure:
    """One code in our words. `advice` is a whole sentence; `link` explains a code that we have no words for."""

    code: str
    meaning: LazyString
    advice: LazyString
    retry: Retry = Retry.NEVER
    effect: Effect | None = None
    next_steps: tuple[NextStep, ...] = ()
    link: str | None = None

    @property
    def may_retry(self) -> bool:
        """Whether a person may have the same text tried again."""
        return self.retry is not Retry.NEVER


_REACH_OTHERWISE = (NextStep.CALL, NextStep.OTHER_GUARDIAN)
_FIX = (NextStep.FIX_NUMBER, NextStep.OTHER_GUARDIAN)
_ADMIN = (NextStep.ASK_ADMIN, NextStep.RETRY)

_TABLE = (
    Failure("21610", _("Opted out"), _("This person replied STOP. Call instead, or write to another contact of the family."),
            effect=Effect.OPTED_OUT, next_steps=_REACH_OTHERWISE),
    Failure("30003", _("Phone unreachable"), _("The phone is off or without a signal. Try again later, or call."),
            Retry.BY_ITSELF, Effect.UNREACHABLE, (NextStep.RETRY, *_REACH_OTHERWISE)),
    Failure("30004", _("Blocked"), _("The phone or its carrier blocks texts from this number. Call instead."),
            next_steps=_REACH_OTHERWISE),
    Failure("30005", _("Unknown number"), _("This number does not exist any more. Ask the family for the new one."),
            effect=Effect.DEAD, next_steps=_FIX),
    Failure("30006", _("Landline or unreachable carrier"), _("This line does not take texts. Call it instead."),
            effect=Effect.LANDLINE, next_steps=_REACH_OTHERWISE),
    Failure("30007", _("Filtered"), _("A spam filter stopped this text. Say it in other words, without short links, and try again."),
            Retry.BY_HAND, next_steps=(NextStep.EDIT, NextStep.CALL)),
    Failure("30008", _("No reason given"), _("The carrier does not say why this text did not arrive. Try again, or call."),
            Retry.BY_HAND, next_steps=(NextStep.RETRY, NextStep.CALL)),
    Failure("30034", _("Sender not registered"), _("This school number is not registered with the carriers. Ask your admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure("21611", _("Too many waiting"), _("Too many texts wait on this school number. It is tried again when there is room."),
            Retry.BY_ITSELF, next_steps=(NextStep.RETRY,)),
    Failure("21408", _("Country not enabled"), _("Texts to this country are switched off. Ask your district's admin, or call."),
            Retry.BY_HAND, next_steps=(NextStep.ASK_ADMIN, NextStep.CALL)),
    Failure("21211", _("Not a phone number"), _("The carrier does not know such a number. Correct it on the family's page."),
            effect=Effect.DEAD, next_steps=_FIX),
    Failure("21614", _("Not a mobile number"), _("This line does not take texts. Call it instead."),
            effect=Effect.LANDLINE, next_steps=_REACH_OTHERWISE),
    Failure("21612", _("No route"), _("The carrier cannot send from this school number to that phone. Call instead."),
            next_steps=(NextStep.CALL, NextStep.ASK_ADMIN)),
    Failure("21606", _("Sender not ours"), _("The carrier does not let us send from this school number. Ask your admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure("21212", _("Sender not valid"), _("The school number is wrong in the settings. Ask your admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure("21617", _("Text too long"), _("The text is longer than the carrier takes. Shorten it, or send it in two."),
            next_steps=(NextStep.EDIT,)),
    Failure("21620", _("Picture not reachable"), _("The carrier could not fetch the picture. If that happens twice, ask your admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure("11200", _("Picture not fetched"), _("The carrier could not fetch the picture. If that happens twice, ask your admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure("30001", _("Line full"), _("Too many texts waited on this school number. Try again."),
            Retry.BY_HAND, next_steps=(NextStep.RETRY,)),
    Failure("30002", _("Account suspended"), _("The carrier has suspended the district's account. Ask your admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure("30019", _("Picture too big"), _("The picture is too big for the family's carrier. Send a smaller one, or a link."),
            next_steps=(NextStep.EDIT,)),
    Failure("30022", _("Over the carrier's limit"), _("The phone companies' limit for this sender is reached. Try again in a minute."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure("30023", _("Over the daily limit"), _("The daily limit for this sender is reached. Try again tomorrow, or call."),
            Retry.BY_HAND, next_steps=(NextStep.CALL, NextStep.ASK_ADMIN)),
    Failure("30032", _("Toll-free number not verified"), _("This school number is not verified with the carriers. Ask your admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure("20003", _("Signed out at the carrier"), _("The carrier does not accept the district's key. Ask your admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure(HouseCode.OPTED_OUT, _("Skipped: opted out"),
            _("This person replied STOP, so nothing was sent. Call instead, or write to another contact of the family."),
            next_steps=_REACH_OTHERWISE),
    Failure(HouseCode.NOT_PERMITTED, _("Skipped: contact not permitted"),
            _("The school’s records say not to write to this person, so nothing was sent. Ask the office before you go on."),
            next_steps=(NextStep.OTHER_GUARDIAN,)),
    Failure(HouseCode.OFF_RECORD, _("Skipped: no longer on file"),
            _("This person or address was taken off the school’s records while this waited, so nothing was sent."),
            next_steps=(NextStep.OTHER_GUARDIAN,)),
    Failure(HouseCode.ADDRESS_CHANGED, _("Skipped: address corrected"),
            _("The address was corrected while this waited, so nothing went to the old one. Send it again: it goes to the new one."),
            Retry.BY_HAND, next_steps=(NextStep.RETRY,)),
    Failure(HouseCode.WRONG_NUMBER, _("Skipped: wrong number"),
            _("While this waited, somebody said that the number is not theirs, so nothing was sent. Ask the family for the right one."),
            next_steps=_FIX),
    Failure(HouseCode.NO_SENDER, _("No number to send from"), _("The school number of this text is switched off. Ask your admin."),
            Retry.BY_HAND, next_steps=_ADMIN),
    Failure(HouseCode.CARRIER_BUSY, _("Carrier busy"), _("The carrier took nothing for a while. Nothing was sent: try again."),
            Retry.BY_HAND, next_steps=(NextStep.RETRY, NextStep.CALL)),
    Failure(HouseCode.CARRIER_UNREACHABLE, _("Carrier away"), _("The carrier could not be reached. Nothing was sent: try again."),
            Retry.BY_HAND, next_steps=(NextStep.RETRY, NextStep.CALL)),
    Failure(HouseCode.GIVEN_UP, _("Marked as not sent"), _("Somebody decided that this did not leave. Try again if it is wanted."),
            Retry.BY_HAND, next_steps=(NextStep.RETRY,)),
)  # fmt: skip

FAILURES: dict[str, Failure] = {failure.code: failure for failure in _TABLE}
"""Every code that we have words for."""


def know(failures: Iterable[Failure]) -> None:
    """Learn the codes of another channel."""
    FAILURES.update({failure.code: failure for failure in failures})


def failure_words(reason: str) -> str:
    """Why an address has trouble, for people: the advice behind a code, or the words that somebody wrote."""
    known = FAILURES.get(reason)
    return str(known.advice) if known is not None else reason


def explain(code: str | None) -> Failure:
    """The failure behind a code. One that nobody knows is shown raw, with a link to the carrier's page about it."""
    known = FAILURES.get(code or "")
    if known is not None:
        return known
    if not code:
        return Failure(
            "", _("Not delivered"), _("The carrier does not say why. Try again, or call."), Retry.BY_HAND,
            next_steps=(NextStep.RETRY, NextStep.CALL),
        )  # fmt: skip
    return Failure(
        code, _("Carrier error %(code)s", code=code), _("The carrier's page about this code says more. Try again, or call."),
        Retry.BY_HAND, next_steps=(NextStep.RETRY, NextStep.CALL), link=REFERENCE.format(code) if code.isdigit() else None,
    )  # fmt: skip
