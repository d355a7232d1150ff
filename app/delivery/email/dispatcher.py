"""Hands due emails to the mail server. One per worker process; any number of processes.

As with texts, a clerk claims and writes results in short transactions, and the threads of a `Hand` speak with the server
with none open. The claim is written before the words of an email leave, and its result after them.
"""

import time
from collections.abc import Callable
from email.utils import parseaddr

import structlog
from flask import Flask

from app.config import Settings
from app.core.clock import now
from app.core.database import transaction
from app.core.files import FileGone, FileStore, LocalFileStore
from app.delivery import queries
from app.delivery.clerk import Clerk, work_until_idle
from app.delivery.email import claims, lapses, results
from app.delivery.email.compose import Mould, NotAnAddress, compose, mould_of, sendable
from app.delivery.email.content import Content
from app.delivery.email.failures import MailCode
from app.delivery.email.folder import FolderServer
from app.delivery.email.journal import Journal
from app.delivery.email.parcels import EmailParcel, NotNow
from app.delivery.email.smtp import Envelope, SmtpServer
from app.delivery.email.wishes import wish_url
from app.delivery.loops import LONGEST_SLEEP
from app.delivery.parcels import Accepted, NotTried, Outcome, Parcel, Refused, Result
from app.delivery.reader_links import answer_url
from app.delivery.results import put_back
from app.delivery.worker_name import my_name

log = structlog.get_logger()

ROOM = 64
"""Parcels in hand at most."""
GAP = 0.05
BETWEEN_LOOKS = 1.0
"""Seconds between two looks at what the dead left."""
LONGEST_CALL = 300.0
"""Seconds of the longest conversation with a mail server, all its limits together."""
AWAY_PAUSE, LONGEST_AWAY_PAUSE = 2.0, 300.0
MOULDS_KEPT = 64 * 1024 * 1024
"""Bytes."""


class EmailDispatcher(Clerk[claims.Claimed]):
    """Of emails."""

    def __init__(self, app: Flask) -> None:
        """Build it; nothing runs yet."""
        settings: Settings = app.extensions["settings"]
        super().__init__(app, "email-clerk", most_in_progress=settings.smtp_connections)
        self._settings = settings
        self._journals = settings.data / "emails-begun"
        self._journal: Journal | None = None
        self._server: SmtpServer | FolderServer
        if settings.smtp_url:
            self._server = SmtpServer(settings.smtp_url, most_per_connection=settings.smtp_mails_per_connection)
        else:
            self._server = FolderServer(settings.data / "mail" / "families")
        with app.app_context():
            pace = queries.emails_per_second()
        self._claims = claims.EmailClaims(claims.MailServer(settings.smtp_url or "files", pace))
        self._moulds: dict[int, Mould] = {}
        self._away_pause = self._away_until = 0.0
        self._last_turn = self._last_look = 0.0

    def stop(self) -> None:
        """Begin no more, wait a moment for what is in progress, and put back what never left."""
        super().stop()
        self._server.close()
        if self._journal is not None:
            self._journal.close(is_done=self._hand.is_empty())

    def turn(self) -> float:
        """Write results, claim what is due, and say in how many seconds to come again."""
        if self._journal is None:
            self._journal = Journal(self._journals, my_name())
        time.sleep(max(0.0, self._last_turn + GAP - time.monotonic()))  # what happens meanwhile shares a commit
        self._last_turn = time.monotonic()
        if self._last_turn > self._last_look + BETWEEN_LOOKS:
            self._last_look = self._last_turn
            lapses.settle(self._journals)
        with self._turning:
            done, claimed = self._exchange()
            if self._hand.is_empty():
                self._journal.forget()
            self._hand.put(claimed.parcels)
        self._slow_down(done)
        if claimed.has_more:
            return GAP
        return LONGEST_SLEEP if claimed.wake_at is None else max(claimed.wake_at - now().timestamp(), GAP)

    def _write(self, done: list[Result], stale: list[Parcel]) -> claims.Claimed:
        at = now()
        room = ROOM - sum(self._hand.waiting())
        may_claim = self._is_open and room > 0 and self._away_until < time.monotonic()
        claimed = claims.Claimed()
        if done or stale or (may_claim and claims.has_due(at)):
            with transaction() as events:
                at = now()
                results.record(done, events, at)
                put_back(stale)
                if may_claim:
                    claimed = self._claims.claim(events, at, room)
        next_due = None if claimed.has_more else claims.next_due(at)
        if next_due is not None:
            claimed.wake_at = min(next_due, claimed.wake_at or next_due)
        return claimed

    def _slow_down(self, done: list[Result]) -> None:
        """A server of ours that is away or full is left alone for a while, and nothing is claimed meanwhile."""
        is_away = any(isinstance(outcome, NotNow) and outcome.is_away for _, outcome in done)
        if is_away:
            self._away_pause = min(max(AWAY_PAUSE, 2 * self._away_pause), LONGEST_AWAY_PAUSE)
            self._away_until = time.monotonic() + self._away_pause
            self._hand.pause(self._away_pause)
        elif any(isinstance(outcome, Accepted | Refused) for _, outcome in done):
            self._away_pause = 0.0

    def _hand_over(self, parcel: Parcel) -> Outcome:
        """Give one email to the server. Runs in a thread of the hand, without a transaction, and never raises."""
        if not isinstance(parcel, EmailParcel) or self._journal is None or now().timestamp() > parcel.leased_until - LONGEST_CALL:
            return NotTried()
        try:
            envelope = self._envelope(parcel, self._journal)
        except NotAnAddress:
            return Refused(MailCode.UNKNOWN)
        except FileGone:
            return Refused(MailCode.FILE_GONE)
        except Exception:
            log.exception("email.not_composed", delivery_id=parcel.id)
            return Refused(MailCode.REFUSED)
        return self._server.take(envelope)

    def _envelope(self, parcel: EmailParcel, journal: Journal) -> Envelope:
        settings, to = self._settings, sendable(parcel.to)
        mould = self._mould(parcel.content)
        link = wish_url(self._app, parcel.row.uuid)
        answer = answer_url(self._app, parcel.row.uuid) if parcel.content.choices else ""
        data = compose(mould, sender=settings.mail_from, to=to, message_id=parcel.reference, wish_url=link, answer_url=answer)
        bounces_to = settings.mail_bounces_to or parseaddr(settings.mail_from)[1]
        return Envelope(bounces_to, to, parcel.reference, data, lambda: journal.note(parcel.id, parcel.attempt))

    def _mould(self, content: Content) -> Mould:
        """Made once for all who get it; the oldest go when they take too much room."""
        known = self._moulds.get(content.id)
        if known is None or known.content != content:
            with self._app.app_context():
                store: FileStore = self._app.extensions.get("files") or LocalFileStore(self._settings.data / "files")
                known = mould_of(content, store)
            self._moulds[content.id] = known
            while sum(mould.size for mould in list(self._moulds.values())) > MOULDS_KEPT and len(self._moulds) > 1:
                self._moulds.pop(next(iter(self._moulds)), None)
        return known


def run_until_idle(app: Flask, *, seconds: float = 10, until: Callable[[], bool] | None = None) -> None:
    """Hand over whatever is due, then return: for commands and tests. Raises TimeoutError."""
    work_until_idle(EmailDispatcher(app), app, claims.has_due, seconds=seconds, until=until)
