"""The server of the feed: what clients say, what they are answered, and who is told which news."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any
from weakref import WeakSet

import socketio
import structlog
from flask import Flask, current_app, has_app_context

from app.accounts.acting import acting_as, as_of_now, staff_of_email, unnamed
from app.accounts.callers import Caller, caller_of
from app.api.identifiers import id24
from app.api.ringplan.feed.keeper import ENDED, Keeper, may_listen
from app.api.ringplan.feed.listeners import MOST_TRIES, Listener, Listeners
from app.api.ringplan.feed.news import TELLERS, of_push
from app.api.ringplan.feed.words import AUTHENTICATE, MARK, not_understood, trouble
from app.api.ringplan.queries import conversations, messages
from app.config import Settings
from app.conversations import service as threads
from app.core.database import leave_database
from app.core.errors import HomeroomError, NotVisible
from app.live import mounts, taps
from app.live.reserved import keep_names

log = structlog.get_logger()

LONGEST_WORD = 64 * 1024
ASKED_AT_ONCE = 100
"""Of the messages that one markAsRead names; LONGEST_WORD says how many that are."""
AUTHENTICATE_FIRST = {"detail": "Send authenticate with your API key first. What was sent was dropped."}
MAKE_ROOM = {"detail": "Too many connections have not authenticated, and this is the oldest. Connect, and authenticate at once."}
NO_KEY = {"detail": "No valid API key. Send {token, user_email}."}
NOBODY = {"detail": "user_email names nobody as whom this key may act. Send the email of a user of its company, or none."}
NO_SCOPE = {"detail": "This key, or the role of who acts, lacks the scope read_texts. Ask an administrator for it."}
_speaking: ContextVar[str | None] = ContextVar("ringplan_feed_speaking", default=None)
_feeds: "WeakSet[Feed]" = WeakSet()


class Feed:
    """One for each application."""

    def __init__(self, app: Flask) -> None:
        """Nobody is there yet."""
        self.app = app
        self.listeners = Listeners()
        self.server: Any = socketio.Server(
            async_mode="threading", async_handlers=False, transports=["websocket"], ping_interval=20, ping_timeout=15,
            cors_allowed_origins="*", cors_credentials=False, max_http_buffer_size=LONGEST_WORD,
        )  # fmt: skip
        keep_names(self.server)
        self.server.on("connect", self._connected)
        self.server.on("disconnect", self._disconnected)
        self.server.on(AUTHENTICATE, self._authenticate)
        self.server.on(MARK, self._marked)
        self.server.on("*", self._something)
        self._teller = ThreadPoolExecutor(1, "ringplan-feed")
        self._keeper = Keeper(app, self.listeners, self.hang_up)
        _feeds.add(self)
        taps.listen(_hear)

    def hear(self, name: str, payload: dict[str, Any]) -> None:
        """A push of the house, to be told in the order of the pushes. Does not wait."""
        if not self.listeners:
            return
        if name == taps.MISSED:
            self._teller.submit(self._part, [listener for listener, _caller in self.listeners.known()])
        elif name in TELLERS:
            self._teller.submit(self._tell, name, payload, _speaking.get())

    def hang_up(self, listener: Listener, why: dict[str, str] | None = None) -> None:
        """Close a connection, saying why."""
        self.listeners.drop(listener.socket)
        if why is not None:
            self.server.emit("unauthorized", why, to=listener.socket)
        self.server.disconnect(listener.socket)

    def _connected(self, socket: str, _environ: dict[str, Any], _auth: object = None) -> bool:
        settings: Settings = self.app.extensions["settings"]
        if not self.listeners.add(socket, most=settings.max_sockets):
            return False
        for stranger in self.listeners.in_the_way():
            self.hang_up(stranger, MAKE_ROOM)
        mounts.hear_others()
        self._keeper.begin()
        return True

    def _disconnected(self, socket: str, *_reason: object) -> None:
        self.listeners.drop(socket)

    def _authenticate(self, socket: str, *said: object) -> None:
        listener = self.listeners.get(socket)
        if listener is None:
            return
        caller = self._asked(lambda: _caller_of(said[0] if said else None))
        if not isinstance(caller, Caller):
            why = caller or NO_KEY
            listener.caller, listener.tries = None, listener.tries + 1
            if listener.tries >= MOST_TRIES:
                self.hang_up(listener, why)
            else:
                self.server.emit("unauthorized", why, to=socket)
            return
        listener.caller = caller
        self.server.emit("authenticated", {"user_id": id24(caller.staff.uuid), "user_email": caller.staff.mailbox}, to=socket)

    def _marked(self, socket: str, *said: object) -> dict[str, Any] | None:
        """As the REST call does, by what the caller may do now. Whoever asks for an acknowledgement hears whether it was done."""
        listener = self._known(socket)
        if listener is None:
            return None
        token = _speaking.set(socket)
        try:
            answer: dict[str, Any] | None = self._asked(lambda: _mark(listener, said[0] if said else None))
        finally:
            _speaking.reset(token)
        if answer is None:
            self.hang_up(listener, ENDED)
        return answer

    def _something(self, event: str, socket: str, *_said: object) -> dict[str, Any] | None:
        """Nothing else is understood. Whoever asks for an acknowledgement hears what is."""
        return None if self._known(socket) is None else not_understood(event.strip())

    def _known(self, socket: str) -> Listener | None:
        listener = self.listeners.get(socket)
        if listener is None or listener.caller is None:
            self.server.emit("unauthorized", AUTHENTICATE_FIRST, to=socket)
            return None
        return listener

    def _asked(self, question: Callable[[], Any]) -> Any:
        with self.app.app_context():
            try:
                return question()
            finally:
                leave_database()

    def _part(self, listeners: Sequence[Listener]) -> None:
        """They may have missed something: they connect again, and read it by REST."""
        for listener in listeners:
            self.hang_up(listener)

    def _tell(self, name: str, payload: dict[str, Any], skip: str | None) -> None:
        try:
            self._asked(lambda: self._tell_here(name, payload, skip))
        except Exception:
            log.exception("ringplan.feed_failed", push=name)

    def _tell_here(self, name: str, payload: dict[str, Any], skip: str | None) -> None:
        known = [(listener, caller) for listener, caller in self.listeners.known() if listener.socket != skip]
        if not known:
            return
        for news in of_push(name, payload):
            hearers = news.hearers({caller.staff.id for _listener, caller in known})
            for listener, caller in known:
                if caller.staff.id in hearers and listener.may(news.scope):
                    self.server.emit(news.event, news.body, to=listener.socket)


def _hear(name: str, payload: dict[str, Any]) -> None:
    """In a request it is news of that application; from another process it is everybody's."""
    if has_app_context():
        feed: Feed | None = current_app.extensions.get("ringplan_feed")
        if feed is not None:
            feed.hear(name, payload)
        return
    for each in list(_feeds):
        each.hear(name, payload)


def _caller_of(said: object) -> Caller | dict[str, str]:
    """Who listens, or why nobody does. Without an email a key that may act as one alone acts as that one."""
    wrong = trouble(AUTHENTICATE, said)
    if wrong is not None or not isinstance(said, dict):
        return {"detail": f"Send {{token, user_email}}. {wrong}"}
    caller = caller_of(str(said["token"]))
    if caller is None:
        return NO_KEY
    email = said.get("user_email")
    acting = acting_as(caller, unnamed(caller) if email is None else staff_of_email(caller.district_id, str(email)))
    if acting is None:
        return NOBODY
    return acting if may_listen(acting) else NO_SCOPE


def _mark(listener: Listener, said: object) -> dict[str, Any] | None:
    """What was done; None for one who may be here no more."""
    [caller] = as_of_now([listener.caller]) if listener.caller is not None else [None]
    if caller is None or not may_listen(caller):
        return None
    wrong = trouble(MARK, said)
    if wrong is not None or not isinstance(said, dict):
        return {"ok": False, "detail": f"Send {{conversation_id, messagesIds}}. {wrong}"}
    try:
        talk = conversations.named(caller.staff, said["conversation_id"])
        ids = list(dict.fromkeys(said["messagesIds"]))
        parts = [ids[start : start + ASKED_AT_ONCE] for start in range(0, len(ids), ASKED_AT_ONCE)]
        numbers = [number for part in parts for number in messages.numbers_named(caller.staff, talk, part)]
        if not numbers:
            raise NotVisible
        threads.mark_read(caller.staff, talk, max(numbers))
    except HomeroomError as error:
        return {"ok": False, "detail": error.advice}
    return {"ok": True}
