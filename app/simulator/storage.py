"""The network's memory: one SQLite file of its own, so that tests and people can count what it got.

SQL in this room is put together only from names that stand in its own code; every value is bound.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.simulator import fax_schema, voice_schema

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, direction TEXT NOT NULL,
  handset TEXT NOT NULL, school TEXT NOT NULL, service_sid TEXT, names_sender INTEGER NOT NULL DEFAULT 1,
  body TEXT NOT NULL, num_segments INTEGER NOT NULL, num_media INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL, error_code INTEGER, status_callback TEXT NOT NULL DEFAULT '', opt_out_type TEXT,
  created REAL NOT NULL, sent REAL, updated REAL NOT NULL, arrival INTEGER, idempotency TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS messages_by_handset ON messages (handset, id);
CREATE INDEX IF NOT EXISTS messages_by_school ON messages (school, id);
CREATE INDEX IF NOT EXISTS messages_on_a_phone ON messages (handset, school, arrival);
CREATE TABLE IF NOT EXISTS history (
  id INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER NOT NULL, at REAL NOT NULL, status TEXT NOT NULL, error_code INTEGER);
CREATE INDEX IF NOT EXISTS history_of_message ON history (message_id, id);
CREATE TABLE IF NOT EXISTS media (
  id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, message_id INTEGER NOT NULL, source TEXT NOT NULL DEFAULT '',
  content_type TEXT NOT NULL DEFAULT '', content BLOB, created REAL NOT NULL);
CREATE INDEX IF NOT EXISTS media_of_message ON media (message_id, id);
CREATE TABLE IF NOT EXISTS jobs (
  id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL, plan TEXT NOT NULL, position INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL, claim TEXT);
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due);
CREATE INDEX IF NOT EXISTS jobs_of_message ON jobs (message_id);
CREATE TABLE IF NOT EXISTS attempts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER NOT NULL, at REAL NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
  error_code INTEGER, url TEXT NOT NULL, tries INTEGER NOT NULL, answer INTEGER, problem TEXT, seconds REAL NOT NULL);
CREATE INDEX IF NOT EXISTS attempts_of_message ON attempts (message_id, id);
CREATE TABLE IF NOT EXISTS services (
  id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, inbound_url TEXT NOT NULL DEFAULT '',
  status_callback TEXT NOT NULL DEFAULT '', number_decides INTEGER NOT NULL DEFAULT 0, created REAL NOT NULL);
CREATE TABLE IF NOT EXISTS numbers (
  id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, number TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  sms_url TEXT NOT NULL DEFAULT '', voice_url TEXT NOT NULL DEFAULT '', status_callback TEXT NOT NULL DEFAULT '',
  service_sid TEXT, free_at REAL NOT NULL DEFAULT 0, created REAL NOT NULL);
CREATE INDEX IF NOT EXISTS numbers_of_service ON numbers (service_sid, id);
CREATE TABLE IF NOT EXISTS handsets (
  id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, name TEXT NOT NULL, search TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '', line_type TEXT NOT NULL DEFAULT 'mobile',
  behaviour TEXT NOT NULL DEFAULT '', is_off INTEGER NOT NULL DEFAULT 0, is_slow INTEGER NOT NULL DEFAULT 0,
  does_not_answer INTEGER NOT NULL DEFAULT 0, rank INTEGER NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS handsets_in_order ON handsets (rank, search, id);
CREATE TABLE IF NOT EXISTS mailbox_owners (address TEXT PRIMARY KEY, name TEXT NOT NULL, search TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS opt_outs (handset TEXT NOT NULL, scope TEXT NOT NULL, at REAL NOT NULL,
  PRIMARY KEY (handset, scope)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calls (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT NOT NULL UNIQUE, handset TEXT NOT NULL, school TEXT NOT NULL,
  status TEXT NOT NULL, url TEXT NOT NULL, status_callback TEXT NOT NULL DEFAULT '', events TEXT NOT NULL DEFAULT '',
  detects INTEGER NOT NULL DEFAULT 0, ring_seconds REAL NOT NULL, fate TEXT NOT NULL, answered_by TEXT, sip INTEGER,
  phase TEXT NOT NULL, due REAL, claim TEXT, tries INTEGER NOT NULL DEFAULT 0, script TEXT NOT NULL DEFAULT '[]',
  gather TEXT, keys TEXT NOT NULL DEFAULT '', sequence INTEGER NOT NULL DEFAULT 0,
  created REAL NOT NULL, answered REAL, ended REAL);
CREATE INDEX IF NOT EXISTS calls_due ON calls (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS calls_by_handset ON calls (handset, id);
CREATE TABLE IF NOT EXISTS call_lines (
  id INTEGER PRIMARY KEY AUTOINCREMENT, call_id INTEGER NOT NULL, at REAL NOT NULL, kind TEXT NOT NULL, words TEXT NOT NULL,
  language TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS call_lines_of_call ON call_lines (call_id, id);
CREATE TABLE IF NOT EXISTS call_posts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, call_id INTEGER NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL, form TEXT NOT NULL,
  at REAL NOT NULL, due REAL, claim TEXT, tries INTEGER NOT NULL DEFAULT 0, answer INTEGER, problem TEXT);
CREATE INDEX IF NOT EXISTS call_posts_due ON call_posts (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS call_posts_of_call ON call_posts (call_id, id);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
HAPPENINGS = (
    "messages", "history", "media", "jobs", "attempts", "opt_outs", "calls", "call_lines", "call_posts", *voice_schema.TABLES,
    *fax_schema.TABLES,
)  # fmt: skip
FURNITURE = ("services", "numbers", "handsets", "mailbox_owners", *fax_schema.FURNITURE)


class Storage:
    """One connection behind one lock: each statement takes microseconds, and nothing is held during a web call.

    What a transaction wrote survives `kill -9` of the process. It need not survive a power cut, so the disk is never
    waited for. Ids of history and attempts are never used again: an open page asks for what came
    after them. Safe to make before a fork: each process opens its own connection.
    """

    def __init__(self, path: Path | None) -> None:
        """Use the file at `path` (made on first use), or memory for None."""
        self._path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and self._process == os.getpid():
            return self._connection
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path or ":memory:", isolation_level=None, check_same_thread=False, timeout=10, cached_statements=256
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.executescript(SCHEMA)
        voice_schema.lay(connection)
        fax_schema.lay(connection)
        self._connection, self._process = connection, os.getpid()
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for reading. Keep it short: every other thread waits."""
        with self._lock:
            yield self._open()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection inside one transaction: all of it is kept, or after an exception none."""
        with self._lock:
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def fact(self, name: str) -> Any:  # whatever JSON was kept
        """What was kept under `name`, or None."""
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row["value"])

    def keep_fact(self, name: str, value: object) -> None:
        """Keep `value` (anything JSON can say) under `name`."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, json.dumps(value)))

    def forget(self, *, everything: bool = False) -> None:
        """Forget all messages and what followed from them; with `everything`, numbers, services and handsets too."""
        with self.transaction() as connection:
            for table in HAPPENINGS + (FURNITURE if everything else ()):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  # nosec B608

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None
