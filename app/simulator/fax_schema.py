"""The network's memory of faxes, and of the machines at the other end."""

import sqlite3

SCHEMA = """
CREATE TABLE IF NOT EXISTS fax_machines (
  id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, name TEXT NOT NULL, search TEXT NOT NULL, station TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '', behaviour TEXT NOT NULL DEFAULT '', rank INTEGER NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS fax_machines_in_order ON fax_machines (rank, search, id);
CREATE TABLE IF NOT EXISTS fax_numbers (number TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS faxes (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT NOT NULL UNIQUE, carrier TEXT NOT NULL, is_inbound INTEGER NOT NULL,
  machine TEXT NOT NULL, school TEXT NOT NULL, station TEXT NOT NULL DEFAULT '', status TEXT NOT NULL, failure TEXT,
  said TEXT NOT NULL DEFAULT '{}', callback TEXT NOT NULL DEFAULT '', source TEXT NOT NULL DEFAULT '', quality TEXT NOT NULL DEFAULT 'fine',
  document BLOB, content_type TEXT NOT NULL DEFAULT '', is_hidden INTEGER NOT NULL DEFAULT 0, is_forgotten INTEGER NOT NULL DEFAULT 0,
  is_cleared INTEGER NOT NULL DEFAULT 0, media_until REAL NOT NULL DEFAULT 0,
  pages INTEGER, through INTEGER NOT NULL DEFAULT 0, fate TEXT NOT NULL, phase TEXT NOT NULL, due REAL, claim TEXT,
  tries INTEGER NOT NULL DEFAULT 0, created REAL NOT NULL, answered REAL, ended REAL, updated REAL NOT NULL);
CREATE INDEX IF NOT EXISTS faxes_due ON faxes (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS faxes_by_machine ON faxes (machine, id);
CREATE TABLE IF NOT EXISTS fax_sheets (fax_id INTEGER NOT NULL, number INTEGER NOT NULL, image BLOB NOT NULL, thumb BLOB NOT NULL,
  PRIMARY KEY (fax_id, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fax_posts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, fax_id INTEGER NOT NULL, event TEXT NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL,
  at REAL NOT NULL, due REAL, claim TEXT, tries INTEGER NOT NULL DEFAULT 0, answer INTEGER, problem TEXT);
CREATE INDEX IF NOT EXISTS fax_posts_due ON fax_posts (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS fax_posts_of_fax ON fax_posts (fax_id, id);
"""
FURNITURE = ("fax_machines", "fax_numbers")
TABLES = ("faxes", "fax_sheets", "fax_posts")


def lay(connection: sqlite3.Connection) -> None:
    """Make the tables."""
    connection.executescript(SCHEMA)
