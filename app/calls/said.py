"""What a phone of ours is told to do: decided in the services, written as TwiML by the scripts."""

from dataclasses import dataclass
from enum import Enum, auto

from app.calls.greetings import Greeting


class Do(Enum):
    """What the phone does next."""

    # Anybody's
    ASK = auto()
    """Only a person presses a key: a voicemail shall not talk with a family."""
    WAIT = auto()
    """In a conference until it is known what answered; in the office's line until somebody takes it."""
    LEAVE = auto()
    """The conference is closed; the line is left."""
    HANG_UP = auto()
    """Without a word: a voicemail shall not keep any."""
    # Into a conference
    ENTER = auto()
    # To a family
    DIAL = auto()
    UNANSWERED = auto()
    BUSY = auto()
    CANNOT = auto()
    # Of who calls us
    MENU = auto()
    RING_BROWSER = auto()
    RING_PHONE = auto()
    LINE = auto()
    VOICEMAIL = auto()
    STOPPED = auto()
    GOODBYE = auto()
    CONNECT = auto()
    """A staff member's own phone, on which a person pressed a key."""
    NO_VOICEMAIL = auto()
    """Nobody can take the call, and this number keeps no messages."""
    REJECT = auto()
    """The line is busy: somebody of the office blocked this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What every script needs. `reference` is of the leg that is asked, or that is dialled."""

    do: Do
    reference: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSaid(Said):
    """To a phone that is rung for a conference."""

    room: str = ""
    speaker: str = ""
    welcome: str = ""
    welcome_language: str = "en"
    is_moderator: bool = False
    ends_conference: bool = False
    seconds: int = 0
    is_recorded: bool = False
    """Then that is said before they come in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectSaid(Said):
    """To a browser or an own phone that calls a family."""

    name: str = ""
    to: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuSaid(Said):
    """To who calls us, and to the phone that rings for them."""

    call_id: int = 0
    school: str = ""
    person: str = ""
    """Whom the caller reaches; empty at the school's menu."""
    has_office: bool = False
    has_voicemail: bool = True
    can_stop: bool = False
    is_sorry: bool = False
    """Whoever was to be reached could not be."""
    asked: int = 0
    wrong_key: str = ""
    """The key that was pressed before, which is not offered."""
    is_undecided: bool = False
    """They come to the voicemail since they chose nothing."""
    identity: str = ""
    own_phone: str = ""
    sender: str = ""
    caller: str = ""
    queue: str = ""
    position: int = 0
    waited: int = 0
    meanwhile: Greeting | None = None
    """What the number's owner wants to be said to who waits."""
    greeting: Greeting | None = None
    """What the box's owner wants callers to hear before the beep."""


HANG_UP = MenuSaid(do=Do.HANG_UP)
