"""Open a OneRoster bundle and read its files line by line, whatever program wrote them."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.core.errors import HomeroomError
from app.directory.roster.wordings import cut, reason_of

FILES = ("orgs", "users", "roles", "classes", "enrollments")
"""The files that matter here; courses, sessions, demographics and results are left alone."""
REQUIRED: dict[str, tuple[str, ...]] = {
    "orgs": ("sourcedId", "name", "type"),
    "users": ("sourcedId", "givenName", "familyName"),
    "roles": ("sourcedId", "userSourcedId", "role", "orgSourcedId"),
    "classes": ("sourcedId", "title", "schoolSourcedId"),
    "enrollments": ("sourcedId", "classSourcedId", "userSourcedId", "role"),
}
LARGEST_FILE = 2 * 1024**3
"""Unpacked bytes of one file; a zip that claims more is taken for a bomb."""
BOMB_BYTES, BOMB_RATIO = 64 * 1024**2, 200
"""A larger file of which each packed byte makes so many is no table of people; those shrink to a tenth."""
LONGEST_FIELD = 100_000
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, csv.Error)
"""What reading raises when bytes were lost on the way, or no program that writes tables wrote them."""


class RosterUnreadable(HomeroomError):
    """The upload as a whole cannot be read; nothing of it was imported."""

    code = "roster_unreadable"

    def __init__(self, problem: str, name: str = "") -> None:
        self.problem, self.details = problem, cut({"name": name})
        super().__init__(reason_of(problem, self.details))


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the file's name, the line on which it begins, and its fields by their OneRoster names."""

    file: str
    number: int
    fields: dict[str, str]

    def get(self, name: str) -> str:
        """A field without surrounding blanks; empty where the file lacks it."""
        return self.fields.get(name, "")

    def many(self, name: str) -> list[str]:
        """A field that lists several values, separated by commas."""
        return [part.strip() for part in self.get(name).split(",") if part.strip()]


class Bundle:
    """The CSV files of one roster, each readable as often as needed."""

    def __init__(self, files: "dict[str, Path | zipfile.ZipInfo]", archive: zipfile.ZipFile | None) -> None:
        self._files = files
        self._archive = archive

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def size(self, name: str) -> int:
        """Bytes, for progress."""
        entry = self._files[name]
        return entry.file_size if isinstance(entry, zipfile.ZipInfo) else entry.stat().st_size

    def missing_columns(self, name: str) -> list[str]:
        """Which of the columns that we need the file lacks."""
        with self._text(name) as text:
            header = {column.strip().lower() for column in next(csv.reader(text), [])}
        return [column for column in REQUIRED[name] if column.lower() not in header]

    def lines(self, name: str) -> Iterator[Line]:
        """Every record of a file. A record with too many or too few fields comes with what it has."""
        known = {column.lower(): column for column in ALL_COLUMNS}
        with self._text(name) as text:
            reader = csv.reader(text)
            header = [known.get(column.strip().lower(), column.strip()) for column in next(reader, [])]
            start = reader.line_num + 1
            for values in reader:
                if any(value.strip() for value in values):
                    yield Line(f"{name}.csv", start, {k: _clean(v) for k, v in zip(header, values, strict=False)})
                start = reader.line_num + 1

    @contextmanager
    def _text(self, name: str) -> Iterator[IO[str]]:
        entry = self._files[name]
        with ExitStack() as stack:
            if isinstance(entry, zipfile.ZipInfo):
                if self._archive is None:
                    raise RosterUnreadable("closed")
                binary: IO[bytes] = stack.enter_context(self._archive.open(entry))
            else:
                binary = stack.enter_context(entry.open("rb"))
            # A byte order mark is dropped; bytes that are no UTF-8 stay visible instead of ending the import.
            try:
                yield stack.enter_context(io.TextIOWrapper(binary, encoding="utf-8-sig", errors="replace", newline=""))
            except DAMAGE as error:
                raise RosterUnreadable("damaged_inside", f"{name}.csv") from error


def _clean(value: str) -> str:
    """Without blanks around it, and without the one character that no database keeps."""
    return value.replace("\0", "").strip()


ALL_COLUMNS = (
    "sourcedId",
    "status",
    "dateLastModified",
    "name",
    "type",
    "identifier",
    "parentSourcedId",
    "enabledUser",
    "orgSourcedIds",
    "role",
    "username",
    "givenName",
    "familyName",
    "middleName",
    "email",
    "sms",
    "phone",
    "agentSourceIds",
    "agentSourcedIds",
    "grades",
    "preferredGivenName",
    "preferredFirstName",
    "primaryOrgSourcedId",
    "userSourcedId",
    "roleType",
    "orgSourcedId",
    "title",
    "schoolSourcedId",
    "location",
    "classCode",
    "classSourcedId",
    "primary",
    "beginDate",
    "endDate",
)


@contextmanager
def open_bundle(path: Path) -> Iterator[Bundle]:
    """Open a folder or a zip. Raises RosterUnreadable when it is neither, or holds no file of a roster."""
    csv.field_size_limit(LONGEST_FIELD)
    if path.is_dir():
        yield _checked(Bundle(_named({file.name: file for file in sorted(path.rglob("*.csv"))}), None))
        return
    if not path.is_file():
        raise RosterUnreadable("nothing_there", path.name)
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise RosterUnreadable("no_zip", path.name) from error
    with archive:
        entries = {Path(entry.filename).name: entry for entry in archive.infolist() if not entry.is_dir()}
        for name, entry in entries.items():
            if entry.file_size > LARGEST_FILE:
                raise RosterUnreadable("over_2_gb", name)
            if entry.file_size > BOMB_BYTES and entry.file_size > BOMB_RATIO * max(entry.compress_size, 1):
                raise RosterUnreadable("bomb", name)
            if entry.flag_bits & 1:
                raise RosterUnreadable("password")
        _check_whole(path, archive)
        yield _checked(Bundle(_named(entries), archive))


def _check_whole(path: Path, archive: zipfile.ZipFile) -> None:
    """Read everything once before anything is imported: a zip that broke on the way is refused as a whole."""
    try:
        broken = archive.testzip()
    except DAMAGE as error:
        raise RosterUnreadable("damaged", path.name) from error
    if broken is not None:
        raise RosterUnreadable("damaged", Path(broken).name)


def _named(entries: "Mapping[str, Path | zipfile.ZipInfo]") -> "dict[str, Path | zipfile.ZipInfo]":
    """The files that matter, by their names without an ending; names are compared in small letters."""
    by_name = {name.lower(): entry for name, entry in entries.items()}
    return {name: by_name[f"{name}.csv"] for name in FILES if f"{name}.csv" in by_name}


def _checked(bundle: Bundle) -> Bundle:
    if "users" not in bundle:
        raise RosterUnreadable("no_users")
    return bundle
