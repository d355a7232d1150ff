"""The network's memory of conferences, recordings, transcripts and waiting lines, and what calls have grown since their table was made."""

import sqlite3

SCHEMA = """
CREATE TABLE IF NOT EXISTS conferences (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, status TEXT NOT NULL,
  status_callback TEXT NOT NULL DEFAULT '', events TEXT NOT NULL DEFAULT '', records INTEGER NOT NULL DEFAULT 0,
  recording_callback TEXT NOT NULL DEFAULT '', most INTEGER NOT NULL DEFAULT 250, sequence INTEGER NOT NULL DEFAULT 0,
  created REAL NOT NULL, ended REAL, reason TEXT, ended_by TEXT);
CREATE INDEX IF NOT EXISTS conferences_by_name ON conferences (name, id);
CREATE TABLE IF NOT EXISTS participants (
  id INTEGER PRIMARY KEY AUTOINCREMENT, conference_id INTEGER NOT NULL, call_id INTEGER NOT NULL, label TEXT NOT NULL DEFAULT '',
  muted INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0, starts INTEGER NOT NULL DEFAULT 1,
  ends INTEGER NOT NULL DEFAULT 0, joined REAL NOT NULL, left REAL);
CREATE INDEX IF NOT EXISTS participants_of_conference ON participants (conference_id, id);
CREATE INDEX IF NOT EXISTS participants_by_call ON participants (call_id, id);
CREATE TABLE IF NOT EXISTS tapes (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT NOT NULL UNIQUE, call_id INTEGER, conference_id INTEGER, source TEXT NOT NULL,
  status TEXT NOT NULL, callback TEXT NOT NULL DEFAULT '', events TEXT NOT NULL DEFAULT 'completed',
  transcribe_callback TEXT, length REAL NOT NULL DEFAULT 0, running_since REAL, seconds INTEGER, fate TEXT NOT NULL DEFAULT '',
  created REAL NOT NULL, updated REAL NOT NULL);
CREATE INDEX IF NOT EXISTS tapes_by_call ON tapes (call_id, id);
CREATE INDEX IF NOT EXISTS tapes_by_conference ON tapes (conference_id, id);
CREATE TABLE IF NOT EXISTS utterances (
  id INTEGER PRIMARY KEY AUTOINCREMENT, call_id INTEGER NOT NULL, at REAL NOT NULL, speaks INTEGER NOT NULL, words TEXT NOT NULL,
  language TEXT NOT NULL DEFAULT '', seconds REAL NOT NULL, sound BLOB);
CREATE TABLE IF NOT EXISTS tape_parts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tape_id INTEGER NOT NULL, utterance_id INTEGER NOT NULL, start REAL NOT NULL);
CREATE INDEX IF NOT EXISTS tape_parts_of_tape ON tape_parts (tape_id, start);
CREATE TABLE IF NOT EXISTS transcriptions (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT NOT NULL UNIQUE, tape_id INTEGER NOT NULL, status TEXT NOT NULL,
  words TEXT NOT NULL DEFAULT '', created REAL NOT NULL);
CREATE INDEX IF NOT EXISTS transcriptions_of_tape ON transcriptions (tape_id, id);
CREATE TABLE IF NOT EXISTS listenings (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT NOT NULL UNIQUE, call_id INTEGER NOT NULL, status TEXT NOT NULL,
  callback TEXT NOT NULL DEFAULT '', label TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT 'en-US',
  sequence INTEGER NOT NULL DEFAULT 0, created REAL NOT NULL);
CREATE INDEX IF NOT EXISTS listenings_by_call ON listenings (call_id, id);
CREATE TABLE IF NOT EXISTS queues (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, created REAL NOT NULL);
CREATE TABLE IF NOT EXISTS queue_members (
  id INTEGER PRIMARY KEY AUTOINCREMENT, queue_id INTEGER NOT NULL, call_id INTEGER NOT NULL, wait_url TEXT NOT NULL DEFAULT '',
  since REAL NOT NULL, left REAL);
CREATE INDEX IF NOT EXISTS queue_members_of_queue ON queue_members (queue_id, id);
CREATE INDEX IF NOT EXISTS queue_members_by_call ON queue_members (call_id, id);
CREATE TABLE IF NOT EXISTS chores (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, about INTEGER NOT NULL, plan TEXT NOT NULL DEFAULT '{}',
  due REAL NOT NULL, claim TEXT, tries INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS chores_due ON chores (due);
"""
TABLES = (
    "conferences", "participants", "tapes", "utterances", "tape_parts", "transcriptions", "listenings", "queues", "queue_members", "chores",
)  # fmt: skip
GROWN = {
    "direction": "TEXT NOT NULL DEFAULT 'outbound-api'",
    "parent_id": "INTEGER",
    "peer_id": "INTEGER",
    "said_along": "TEXT NOT NULL DEFAULT '{}'",
    "suspended": "TEXT",
    "longest": "REAL",
    "detection_url": "TEXT NOT NULL DEFAULT ''",
    "tape_callback": "TEXT",
    "label": "TEXT NOT NULL DEFAULT ''",
    "joins": "INTEGER",
}
"""Columns that the table of calls got later."""


def lay(connection: sqlite3.Connection) -> None:
    """Make what is missing."""
    connection.executescript(SCHEMA)
    connection.execute("BEGIN IMMEDIATE")  # another process may be about to do the same
    known = {row["name"] for row in connection.execute("PRAGMA table_info(calls)")}
    for column, kind in GROWN.items():
        if column not in known:
            connection.execute(f"ALTER TABLE calls ADD COLUMN {column} {kind}")
    connection.execute("COMMIT")
