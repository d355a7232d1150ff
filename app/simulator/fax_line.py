"""The line of faxes: it fetches what the school sends, dials, carries page after page, and tells the school."""

import sqlite3
import time
from collections.abc import Callable, Sequence

from app.simulator import fax_behaviour, fax_machines, fax_paper, fax_posts, faxes, phone_views, sinch_shapes, telnyx_shapes
from app.simulator.crew import Crew
from app.simulator.fax_behaviour import Fate
from app.simulator.fax_paper import Head, NotADocument, Sheet
from app.simulator.faxes import Fax, FaxOrder
from app.simulator.network import Network
from app.simulator.settings import SimulatorSettings
from app.simulator.webhooks import Caller

LEASE_MARGIN = 5.0
DRAWING_LEASE = 120.0
MOST_BYTES = 50 * 1024 * 1024
"""What Telnyx takes."""
DIAL_SECONDS, RING_SECONDS, WAIT_FOR_TONE_SECONDS = 4.0, 36.0, 36.0
"""Seconds on the line: until it rings, until nobody came, until a voice is believed to be no machine."""


class FaxLine:
    """Carries faxes. Its threads start with the first request."""

    def __init__(self, network: Network, settings: SimulatorSettings) -> None:
        """Work for `network`; no thread runs yet."""
        self._network, self._settings = network, settings
        self._caller = Caller(settings.auth_token, settings.webhook_timeout, settings.webhook_threads)
        self._crew = Crew("fax-line", settings.webhook_threads, do_next=self.do_next, next_due=self._next_due)

    def open(self) -> None:
        """Start the threads of this process, if they do not run."""
        self._crew.open()

    def close(self) -> None:
        """End the threads after what they have in hand."""
        self._crew.close(self._settings.webhook_timeout + LEASE_MARGIN)

    def settle(self, seconds: float) -> bool:
        """Wait until every fax is over and told; False if that takes longer than `seconds`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self._network.storage.reading() as connection:
                if not faxes.how_many_open(connection) and not fax_posts.how_many(connection):
                    return True
            time.sleep(0.01)
        return False

    def fate_of(self, number: str) -> Fate:
        """What would become of a fax to or from `number` now."""
        with self._network.storage.reading() as connection:
            machine = fax_machines.by_number(connection, number)
            before = faxes.how_many_before(connection, number)
        return fax_behaviour.fate_of(number, machine.behaviour, self._network.faults, self._network.random, faxes_before=before)

    def take(self, order: FaxOrder, fate: Fate, sheets: Sequence[Sheet] = ()) -> Fax:
        """Keep a fax and begin it. `sheets` are the pages of one from a machine."""
        now = time.time()
        with self._network.storage.transaction() as connection:
            fax = faxes.add(connection, order, fate, now)
            faxes.keep_sheets(connection, fax, sheets)
            self._tell(connection, fax, now)
        self.open()
        self._crew.wake()
        return fax

    def cancel(self, fax: Fax) -> Fax | None:
        """The school calls one off; None if it is over already."""
        now = time.time()
        with self._network.storage.transaction() as connection:
            fresh = faxes.by_sid(connection, fax.sid)
            if fresh is None or fresh.is_over:
                return None
            ended = self._end(connection, fresh, faxes.FAILED, now, failure=fax_behaviour.CANCELLED)
        self._crew.wake()
        return ended

    def _next_due(self) -> float | None:
        with self._network.storage.reading() as connection:
            moments = [faxes.next_due(connection), fax_posts.next_due(connection)]
        return min((moment for moment in moments if moment is not None), default=None)

    def do_next(self) -> bool:
        """Tell one thing, or go on with one fax. False if nothing is due."""
        due = self._next_due()
        if due is None or due > time.time():
            return False
        lease = self._settings.webhook_timeout + LEASE_MARGIN
        with self._network.storage.transaction() as connection:
            post = fax_posts.take(connection, time.time(), lease)
            fax = None if post else faxes.take(connection, time.time(), DRAWING_LEASE)
        if post is not None:
            self._tell_school(post)
        elif fax is not None:
            self._go_on(fax)
        return post is not None or fax is not None

    def _tell_school(self, post: fax_posts.Post) -> None:
        with self._network.storage.reading() as connection:
            row = connection.execute("SELECT carrier, is_inbound, document FROM faxes WHERE id = ?", (post.fax_id,)).fetchone()
        shapes = telnyx_shapes if row is None or row["carrier"] == faxes.TELNYX else sinch_shapes
        document = row["document"] if row is not None and row["is_inbound"] else None
        content, headers = shapes.sealed(post.body, post.url, post.tries + 1, document)
        answer = self._caller.bring(post.url, content, headers)
        delays = self._settings.retry_delays
        again = time.time() + delays[post.tries] if not answer.is_heard and post.tries < len(delays) else None
        with self._network.storage.transaction() as connection:
            fax_posts.close(connection, post, answer.status, answer.problem, again)

    def _go_on(self, fax: Fax) -> None:
        """The next step of a fax. What takes its time is done before anything is written."""
        step: Callable[[Fax], None] = {
            faxes.FETCHING: self._fetch, faxes.DIALLING: self._dial, faxes.PAGES: self._page,
        }[fax.phase]  # fmt: skip
        step(fax)

    def _fetch(self, fax: Fax) -> None:
        failure: str | None = None
        sheets: list[Sheet] = []
        found = None if fax.fate.fails == fax_behaviour.NOT_FETCHED else self._caller.fetch(fax.source, MOST_BYTES, redirects=False)
        try:
            sheets = [] if found is None else fax_paper.sheets_of(found[0], self._head(fax))
        except NotADocument as refusal:
            failure = refusal.failure
        with self._network.storage.transaction() as connection:
            if not faxes.is_still(connection, fax):
                return
            now = time.time()
            if failure is not None or found is None:
                self._end(connection, fax, faxes.FAILED, now, failure=failure or fax_behaviour.NOT_FETCHED)
                return
            faxes.keep_sheets(connection, fax, sheets)
            ready = faxes.change(
                connection, fax, status=faxes.PROCESSED, pages=len(sheets), document=found[0], content_type=found[1], updated=now,
                phase=faxes.DIALLING, due=None if fax.fate.is_silent else now + self._scaled(DIAL_SECONDS),
            )  # fmt: skip
            self._tell(connection, ready, now)

    def _head(self, fax: Fax) -> Head:
        """What the carrier prints on top of the pages that the school sends."""
        zone = phone_views.zone_of(fax.school, self._settings.zone)
        return Head(fax.created, zone, fax.station, fax.school)

    def _dial(self, fax: Fax) -> None:
        with self._network.storage.transaction() as connection:
            if not faxes.is_still(connection, fax):
                return
            now = time.time()
            fails = fax.fate.fails if not fax.is_inbound else None
            waits = {fax_behaviour.NO_ANSWER: RING_SECONDS, fax_behaviour.NOT_A_FAX: WAIT_FOR_TONE_SECONDS}
            if fails in waits and not fax.tries:
                rings = fails == fax_behaviour.NO_ANSWER
                faxes.change(
                    connection, fax, tries=1, due=now + self._scaled(waits[fails]), answered=None if rings else now,
                )  # fmt: skip
            elif fails is not None:
                self._end(connection, fax, faxes.FAILED, now, failure=fails)
            else:
                status = faxes.RECEIVING if fax.is_inbound else faxes.SENDING
                due = now + self._scaled(faxes.AGREE_SECONDS + fax.fate.page_seconds)
                begun = faxes.change(connection, fax, status=status, phase=faxes.PAGES, answered=now, updated=now, due=due)
                if not fax.is_inbound:
                    self._tell(connection, begun, now)

    def _page(self, fax: Fax) -> None:
        """One more page is over, or the line breaks."""
        through = fax.through + 1
        pages = fax.pages or 1
        breaks = fax.fate.breaks_after is not None and fax.fate.breaks_after < pages and through >= fax.fate.breaks_after
        with self._network.storage.transaction() as connection:
            if not faxes.is_still(connection, fax):
                return
            now = time.time()
            if breaks and not fax.is_inbound:
                self._end(connection, fax, faxes.FAILED, now, failure=fax_behaviour.INTERRUPTED, through=through)
            elif breaks or through >= pages:
                self._end(connection, fax, faxes.RECEIVED if fax.is_inbound else faxes.DELIVERED, now, through=through)
            else:
                faxes.change(connection, fax, through=through, updated=now, due=now + self._scaled(fax.fate.page_seconds))

    def _end(self, connection: sqlite3.Connection, fax: Fax, status: str, at: float, **values: object) -> Fax:
        ended = faxes.change(
            connection, fax, status=status, phase=faxes.DONE, due=None, ended=at, updated=at,
            media_until=at + self._settings.media_seconds, **values,
        )  # fmt: skip
        self._tell(connection, ended, at)
        return ended

    def _tell(self, connection: sqlite3.Connection, fax: Fax, at: float) -> None:
        faults = self._network.faults
        is_lost = self._network.happens(faults.drop_callbacks)
        fax_posts.tell(connection, fax, at, faults=faults, settings=self._settings, is_lost=is_lost)

    def _scaled(self, seconds: float) -> float:
        """How long `seconds` on the line take here."""
        return seconds / max(self._network.faults.fax_speed, 0.001)
