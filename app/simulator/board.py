"""The switchboard for the length of one transaction: what every step of a call needs in hand."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from app.simulator import call_posts, calls, chores
from app.simulator.calls import ASKING, PLAYING, Call
from app.simulator.network import Network
from app.simulator.settings import SimulatorSettings
from app.simulator.twiml import Verb


@dataclass(frozen=True)
class Board:
    """`at` is now; `is_in_hand` tells whether somebody has a phone open."""

    connection: sqlite3.Connection
    at: float
    network: Network
    settings: SimulatorSettings
    is_in_hand: Callable[[str], bool]

    def scaled(self, seconds: float) -> float:
        """How long that takes on this machine."""
        return seconds / max(self.network.faults.call_speed, 0.001)

    def passed(self, since: float) -> float:
        """How many seconds of a call passed since then."""
        return (self.at - since) * max(self.network.faults.call_speed, 0.001)

    def now(self, call_id: int | None) -> Call | None:
        """A call as it is, if it is not over."""
        call = calls.by_id(self.connection, call_id) if call_id is not None else None
        return None if call is None or call.is_over else call

    def change(self, call: Call, **values: Any) -> None:
        """Set columns of a call."""
        calls.change(self.connection, call.id, **values)

    def note(self, call: Call, kind: str, words: str = "", language: str = "") -> None:
        """Remember what happened on a call."""
        calls.note(self.connection, call.id, self.at, kind, words, language=language)

    def tell(self, call: Call, status: str, later: float = 0.0) -> Call:
        """Tell the school how far a call is."""
        network = self.network
        call_posts.tell(
            self.connection, call, status, self.at + later, faults=network.faults, account_sid=self.settings.account_sid,
            is_lost=network.happens(network.faults.drop_callbacks),
        )  # fmt: skip
        self.change(call, sequence=call.sequence + 1)
        return replace(call, sequence=call.sequence + 1)

    def post(self, call: Call, kind: str, url: str, form: dict[str, str]) -> None:
        """Tell the school other news: late, repeatedly or never, as the call's fate and the settings want it."""
        faults = self.network.faults
        if not url or not call.fate.is_told or self.network.happens(faults.drop_callbacks):
            return
        whole = {"AccountSid": self.settings.account_sid, "ApiVersion": "2010-04-01"} | form
        due = self.at + call.fate.late + faults.late_call_news
        call_posts.add(self.connection, call.id, kind, url, whole, at=due, times=call.fate.repeats * max(1, faults.repeat_callbacks))

    def later(self, kind: str, about: int, seconds: float, **plan: Any) -> None:
        """Do a chore after so many seconds of a call."""
        chores.add(self.connection, kind, about, self.at + self.scaled(seconds), plan)

    def suspend(self, call: Call, phase: str, rest: list[Verb], *, action: str = "", due: float | None = None, **more: Any) -> None:
        """Let the script rest while the call is busy otherwise; `resume` goes on with it."""
        kept = {"action": action, "rest": [verb.as_json() for verb in rest]}
        self.change(call, phase=phase, due=due, suspended=kept, script=[], gather=None, keys="", **more)

    def resume(self, call: Call, said: dict[str, str]) -> None:
        """Go on with the script that rests: ask its action, telling what was `said`, or else do what comes next."""
        kept = call.suspended or {"action": "", "rest": []}
        rest = calls.verbs(kept["rest"])
        common: dict[str, Any] = {"suspended": None, "peer_id": None, "gather": None, "keys": "", "due": self.at}
        if kept["action"]:
            self.change(call, phase=ASKING, url=kept["action"], said_along=said, **common)
        else:
            self.change(call, phase=PLAYING, script=rest, **common)
