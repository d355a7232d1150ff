"""What the house says to people in a conference: a sentence, the notice of recording, tones. One thing at a time, and once.

The carrier comes for the words (`words_for`), which shows that it has them: only what it never came for is asked again.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, text, update

from app.accounts.models import Staff
from app.accounts.service import audit
from app.calls.errors import LegMoved, NothingToSay, NotKeys
from app.calls.events import WishesWaiting
from app.calls.models import (
    OPEN,
    SPEAKS,
    Call,
    CallState,
    CallWish,
    ConferenceCall,
    ConferenceParticipant,
    LegState,
    RecordingNow,
    Step,
    WishKind,
    WishState,
)
from app.calls.service import recording, steps
from app.calls.service.reaching import leg_of, running
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.delivery.voice.voices import is_spoken

LONGEST_WORDS = 500
PATIENCE = timedelta(seconds=60)
"""After so long words count as said, or as lost."""
SHORTEST_NOTICE = timedelta(seconds=2)
MOST_TRIES = 4
_ASKED = re.compile(r"[?&]wish=(\d{1,18})&try=(\d{1,4})")
"""In the address where the carrier found the words."""
_KEYS = re.compile(r"[0-9*#w]{1,32}")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a voice reads, in these languages, or the tones to play."""

    kind: WishKind
    words: str
    languages: tuple[str, ...]


def announce(staff: Staff, call_id: int, words: str, language: str) -> None:
    """Have a voice say a sentence to everybody. The same once more, while it waits, changes nothing.

    Raises NothingToSay, NotBegun, CallIsOver, NotVisible.
    """
    with transaction():
        call = running(staff, call_id)
        tidy = " ".join(words.split())[:LONGEST_WORDS]
        if not tidy:
            raise NothingToSay
        same = (CallWish.call_id == call.id, CallWish.kind == WishKind.ANNOUNCE, CallWish.words == tidy, text(OPEN))
        if db.session.scalar(select(CallWish.id).where(*same)) is not None:
            return
        steps.wish(call, WishKind.ANNOUNCE, by=staff.id, words=tidy, language=language if is_spoken(language) else staff.language)
        steps.tell(call, Step.SAID, by=staff.id)
        steps.changed(call)
        audit("call.announced", call, {"title": call.title}, by=staff)


def press_keys(staff: Staff, call_id: int, leg_id: int, keys: str) -> None:
    """Play the tones of keys to one line, for a menu at its other end. Raises NotKeys, LegMoved, CallIsOver, NotVisible."""
    with transaction():
        call, leg = leg_of(staff, call_id, leg_id)
        tidy = re.sub(r"[\s().-]", "", keys.replace(",", "w"))
        if not _KEYS.fullmatch(tidy):
            raise NotKeys
        if leg.state != LegState.JOINED:
            raise LegMoved
        steps.wish(call, WishKind.KEYS, leg, by=staff.id, words=tidy)
        steps.tell(call, Step.TONES, leg, by=staff.id)
        steps.changed(call)


def is_next(wish: CallWish, call: Call, settings: ConferenceCall, leg: ConferenceParticipant | None) -> bool | None:
    """Whether a wish to say something is to be asked for now; None: not yet. Belongs into a transaction."""
    is_moot = call.status != CallState.IN_PROGRESS or settings.provider_id is None
    is_moot = is_moot or (leg is not None and (leg.attempt != wish.attempt or leg.state != LegState.JOINED))
    is_moot = is_moot or (wish.kind == WishKind.NOTICE and settings.recording == RecordingNow.OFF)
    if wish.state == WishState.WAITING:
        if is_moot and wish.kind == WishKind.NOTICE:
            recording.notice_over(call, wish, is_said=False)  # what waited for them waits no longer
        if is_moot:
            return False
        is_busy = settings.speaking_wish_id is not None and settings.speaking_until is not None and settings.speaking_until > now()
        return None if is_busy else True
    if is_moot or wish.confirmed_at is not None or wish.tries >= MOST_TRIES:
        _finish(call, settings, wish, is_said=wish.confirmed_at is not None and wish.kind != WishKind.NOTICE)
        return False
    return True


def take_the_word(settings: ConferenceCall, wish: CallWish) -> None:
    """The carrier is asked to say this now."""
    settings.speaking_wish_id, settings.speaking_until = wish.id, now() + PATIENCE


def words_for(wish_id: int, asked: int) -> Spoken | None:
    """The carrier comes for the words that it was asked to say for the time number `asked`; None for what is not to be said any more."""
    with transaction():
        call_id = db.session.scalar(select(CallWish.call_id).where(CallWish.id == wish_id))
        if call_id is None:
            return None
        call = steps.held(call_id)
        wish = db.session.get_one(CallWish, wish_id, populate_existing=True)
        if wish.kind not in SPEAKS or wish.state != WishState.BEGUN or wish.tries != asked or call.is_over:
            return None
        settings = steps.settings_of(call)
        wish.confirmed_at = wish.confirmed_at or now()
        wish.due_at = settings.speaking_until or now() + PATIENCE
        heard_by = [leg for leg in steps.legs_of(call) if leg.state == LegState.JOINED and wish.participant_id in {None, leg.id}]
        languages = tuple(dict.fromkeys(leg.language for leg in heard_by)) if wish.kind == WishKind.NOTICE else (wish.language,)
        return Spoken(WishKind(wish.kind), wish.words, languages)


def was_said(call: Call, announce_url: str, *, is_said: bool) -> None:
    """The carrier has said something in this conference, or could not. Belongs into a transaction."""
    settings = steps.settings_of(call)
    wish = db.session.get(CallWish, settings.speaking_wish_id, populate_existing=True) if settings.speaking_wish_id else None
    if wish is None or wish.state != WishState.BEGUN or not _is_about(wish, announce_url):
        return
    if wish.confirmed_at is not None or not is_said:
        _finish(call, settings, wish, is_said=is_said)


def was_refused(call: Call, wish: CallWish) -> None:
    """The carrier will not say it. Belongs into a transaction."""
    _finish(call, steps.settings_of(call), wish, is_said=False)


def _is_about(wish: CallWish, announce_url: str) -> bool:
    """Whether the carrier speaks of this one. Where it does not say, a notice cannot be over the moment it is fetched."""
    if found := _ASKED.search(announce_url):
        return (int(found[1]), int(found[2])) == (wish.id, wish.tries)
    return wish.kind != WishKind.NOTICE or wish.confirmed_at is None or now() - wish.confirmed_at >= SHORTEST_NOTICE


def _finish(call: Call, settings: ConferenceCall, wish: CallWish, *, is_said: bool) -> None:
    wish.state = WishState.DONE if is_said else WishState.FAILED
    if settings.speaking_wish_id == wish.id:
        settings.speaking_wish_id = settings.speaking_until = None
    if wish.kind == WishKind.NOTICE:
        recording.notice_over(call, wish, is_said=is_said)
    waiting = (CallWish.call_id == call.id, CallWish.kind.in_(SPEAKS), CallWish.state == WishState.WAITING)
    db.session.flush()
    if db.session.scalars(update(CallWish).where(*waiting).values(due_at=now()).returning(CallWish.id)).all():
        open_events().append(WishesWaiting(call.id))
