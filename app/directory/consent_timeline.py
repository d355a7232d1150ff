"""What a family said about being written to, among everything else that was with them: the ledger's lines, without anybody's words."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from app.accounts.models import Staff
from app.core.database import db
from app.core.phone_numbers import for_people
from app.directory import stop_words
from app.directory.models import Consent, ConsentKind, ConsentSource, ContactKind, ContactPoint, Guardian
from app.directory.queries.stops import voices_of
from app.directory.timeline import Moment, MomentKind, Wanted

KINDS = (None, MomentKind.TEXT)
BY_THEMSELVES = (ConsentSource.KEYWORD, ConsentSource.CARRIER, ConsentSource.WEB)


def moments(staff: Staff, wanted: Wanted) -> list[Moment]:
    """STOP and START by text from the phones of these adults, to whichever of our numbers, the newest first."""
    if wanted.kind not in KINDS or wanted.words.strip():
        return []
    query = select(Consent.id, Consent.address, Consent.scope, Consent.kind, Consent.at).where(*_is_of(staff, wanted.guardian_ids))
    if wanted.before_id is not None:
        query = query.where(Consent.id < wanted.before_id)
    rows = db.session.execute(query.order_by(Consent.id.desc()).limit(wanted.limit)).all()
    if not rows:
        return []
    voices = {voice.scope: stop_words.voice_words(voice) for voice in voices_of(staff.district_id)}
    names = _names(wanted.guardian_ids, {row.address for row in rows})
    return [_moment(row, names.get(row.address) or for_people(row.address), voices.get(row.scope, "")) for row in rows]


def how_many(staff: Staff, guardian_ids: Collection[int]) -> tuple[int, datetime | None]:
    """How many there are, and when the first was."""
    number, first = db.session.execute(select(func.count(), func.min(Consent.at)).where(*_is_of(staff, guardian_ids))).one()
    return number, first


def _is_of(staff: Staff, guardian_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    phones = select(ContactPoint.address).where(ContactPoint.guardian_id.in_(list(guardian_ids)), ContactPoint.kind != ContactKind.EMAIL)
    said = (
        Consent.source.in_([str(source) for source in BY_THEMSELVES]),
        Consent.kind.in_([str(ConsentKind.OPTED_OUT), str(ConsentKind.OPTED_IN)]),
    )
    return Consent.district_id == staff.district_id, Consent.address.in_(phones), *said


def _names(guardian_ids: Collection[int], addresses: Collection[str]) -> dict[str, str]:
    rows: Any = db.session.execute(
        select(ContactPoint.address, Guardian.given_name)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(ContactPoint.guardian_id.in_(list(guardian_ids)), ContactPoint.address.in_(addresses))
        .order_by(ContactPoint.priority.desc(), ContactPoint.id.desc())
    )
    return {row.address: row.given_name for row in rows}


def _moment(row: Any, name: str, sender: str) -> Moment:
    is_out = row.kind == ConsentKind.OPTED_OUT
    if sender:
        said = _("%(name)s texted STOP to %(sender)s") if is_out else _("%(name)s texted START to %(sender)s")
    else:
        said = _("%(name)s texted STOP") if is_out else _("%(name)s texted START")
    icon, tone = ("ban", "failed") if is_out else ("circle-check", "")
    return Moment(row.id, row.at, MomentKind.TEXT, name, said % {"name": name, "sender": sender}, icon, tone)
