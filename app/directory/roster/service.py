"""Start roster imports and carry them out. The row knows how far it came; a killed worker costs its lease, not the import."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, or_, select, update
from werkzeug.datastructures import FileStorage

from app.accounts.service import audit
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.directory.models import ImportState, RosterImport, RosterImportIssue
from app.directory.roster.findings import Issue, Result
from app.directory.roster.importer import import_roster
from app.directory.roster.reading import RosterUnreadable, open_bundle

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
LARGEST_UPLOAD = 200 * 1024 * 1024


class UploadEmpty(HomeroomError):
    """Somebody pressed the button without choosing a file, or chose an empty one."""

    advice = _l("Choose the zip file that your student information system exported.")


def accept_upload(file: FileStorage, folder: Path) -> Path:
    """Keep an upload and look whether it is a roster at all. Raises UploadEmpty or RosterUnreadable; then nothing is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{secrets.token_hex(12)}.zip"
    file.save(kept)
    try:
        if kept.stat().st_size == 0:
            raise UploadEmpty
        with open_bundle(kept):
            pass
    except HomeroomError:
        kept.unlink()
        raise
    return kept


def start_import(
    district_id: int, staff_id: int | None, *, file_name: str, stored_as: Path, dry_run: bool, allow_many_leavers: bool = False
) -> RosterImport:
    """Write down that this roster is to be imported; a worker takes it up."""
    with transaction():
        row = RosterImport(
            district_id=district_id,
            staff_id=staff_id,
            file_name=file_name[:255],
            stored_as=str(stored_as),
            dry_run=dry_run,
            allow_many_leavers=allow_many_leavers,
            total=1,
        )
        db.session.add(row)
        db.session.flush()
        audit("roster.tried" if dry_run else "roster.imported", row, {"name": row.file_name})
    return row


def import_at_once(path: Path, district_id: int, *, dry_run: bool, allow_many_leavers: bool) -> Result:
    """The same from a terminal, where somebody waits for it. Raises RosterUnreadable."""
    with transaction():
        audit("roster.tried" if dry_run else "roster.imported", None, {"name": path.name}, district_id=district_id)
    return import_roster(path, district_id, dry_run=dry_run, allow_many_leavers=allow_many_leavers)


def due_imports() -> list[int]:
    """Imports that nobody works on: new ones, and those whose worker was lost."""
    waiting = or_(RosterImport.claimed_until.is_(None), RosterImport.claimed_until < now())
    open_states = RosterImport.state.in_([ImportState.PENDING, ImportState.RUNNING])
    return list(db.session.scalars(select(RosterImport.id).where(open_states, waiting).order_by(RosterImport.id)))


def run_import(import_id: int, *, allow_many_leavers: bool = False, on_progress: Callable[[RosterImport], None] | None = None) -> None:
    """Take up one import and finish it, unless somebody else holds it. It starts over after a crash: doing it twice is the same."""
    token = secrets.token_hex(8)
    if not _claim(import_id, token):
        return
    row = db.session.get_one(RosterImport, import_id, populate_existing=True)
    if row.attempts > MOST_ATTEMPTS:
        _finish(
            import_id,
            token,
            ImportState.FAILED,
            Result(issues=[Issue("-", 0, "cut_off")]),
        )
        return

    def progress(step: str, done: int, total: int) -> None:
        _renew(import_id, token, step, done, total)
        if on_progress is not None:
            on_progress(db.session.get_one(RosterImport, import_id, populate_existing=True))

    try:
        result = import_roster(
            Path(row.stored_as),
            row.district_id,
            dry_run=row.dry_run,
            allow_many_leavers=allow_many_leavers or row.allow_many_leavers,
            progress=progress,
        )
    except RosterUnreadable as refusal:
        _finish(import_id, token, ImportState.FAILED, Result(issues=[Issue(row.file_name, 0, refusal.problem, refusal.details)]))
        return
    _finish(import_id, token, ImportState.FINISHED, result)


def _claim(import_id: int, token: str) -> bool:
    with transaction():
        taken = db.session.execute(
            update(RosterImport)
            .where(
                RosterImport.id == import_id,
                RosterImport.state.in_([ImportState.PENDING, ImportState.RUNNING]),
                or_(RosterImport.claimed_until.is_(None), RosterImport.claimed_until < now()),
            )
            .values(state=ImportState.RUNNING, claimed_by=token, claimed_until=now() + LEASE, attempts=RosterImport.attempts + 1)
            .returning(RosterImport.id)
        )
        return taken.first() is not None


class LeaseLost(RuntimeError):
    """Another worker took the import over; this one stops without a trace."""


def _renew(import_id: int, token: str, step: str, done: int, total: int) -> None:
    with transaction():
        kept = db.session.execute(
            update(RosterImport)
            .where(RosterImport.id == import_id, RosterImport.claimed_by == token)
            .values(claimed_until=now() + LEASE, step=step, done=done, total=max(total, 1))
            .returning(RosterImport.id)
        )
        if kept.first() is None:
            raise LeaseLost(import_id)


def _finish(import_id: int, token: str, state: ImportState, result: Result) -> None:
    issues = list(result.issues)
    if result.more_issues:
        issues.append(Issue("-", 0, "further_lines", {"count": str(result.more_issues)}))
    with transaction():
        done = db.session.execute(
            update(RosterImport)
            .where(RosterImport.id == import_id, RosterImport.claimed_by == token)
            .values(state=state, report=result.as_report(), finished_at=now(), claimed_by=None, claimed_until=None, done=1, total=1)
            .returning(RosterImport.id)
        )
        if done.first() is None:
            raise LeaseLost(import_id)
        if issues:
            rows = [
                {"roster_import_id": import_id, "file": i.file[:120], "line": i.line, "problem": i.problem, "details": i.details}
                for i in issues
            ]
            db.session.execute(insert(RosterImportIssue), rows)
