"""How good an address is for a channel. Smaller is better; an adult with several is written to at the best."""

from enum import IntEnum

from app.announcements.models import SkipReason


class Rank(IntEnum):
    """In the order of preference; all but the first say why nothing is sent."""

    USABLE = 1
    OPTED_OUT = 2
    NO_TEXTS = 3
    DEAD = 4
    WRONG = 5
    CHANGED = 6
    OFF_RECORD = 7
    NOT_PERMITTED = 8
    NO_ADDRESS = 9
    NO_PHONE = 10


REASONS: dict[Rank, SkipReason] = {
    Rank.OPTED_OUT: SkipReason.OPTED_OUT,
    Rank.NO_TEXTS: SkipReason.NO_TEXTS,
    Rank.DEAD: SkipReason.DEAD,
    Rank.WRONG: SkipReason.WRONG,
    Rank.CHANGED: SkipReason.CHANGED,
    Rank.OFF_RECORD: SkipReason.OFF_RECORD,
    Rank.NOT_PERMITTED: SkipReason.NOT_PERMITTED,
    Rank.NO_ADDRESS: SkipReason.NO_ADDRESS,
    Rank.NO_PHONE: SkipReason.NO_PHONE,
}
