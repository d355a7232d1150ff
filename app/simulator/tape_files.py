"""Where the sound files of recordings lie: in a folder beside the database, or for a network in memory in one of its own."""

import tempfile
from functools import lru_cache
from pathlib import Path

from app.simulator.settings import SimulatorSettings


def path_of(settings: SimulatorSettings, sid: str) -> Path:
    """The file of a recording; its folder is there."""
    folder = settings.database.with_name("simulator-recordings") if settings.database is not None else _in_memory()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{sid}.wav"


@lru_cache(maxsize=1)
def _in_memory() -> Path:
    made = tempfile.TemporaryDirectory(prefix="simulator-recordings-")
    _kept.append(made)
    return Path(made.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []
"""Folders that go when the process does."""
