"""What a call asks of us while it goes on: its script, that the message was heard, that no more calls are wanted."""

from dataclasses import dataclass, replace
from typing import Any

from flask import current_app
from sqlalchemy import Row, select, update

from app.carrier.forms import CallForm
from app.config import Settings
from app.core.clock import now
from app.core.database import db, transaction
from app.core.events import Event
from app.delivery.media_links import media_urls
from app.delivery.models import DeliveryContent
from app.delivery.voice import menus
from app.delivery.voice.menus import Given, Menu
from app.delivery.voice.models import PlacedCall
from app.delivery.voice.progress import call_of, note_answer
from app.delivery.voice.script import Key, Script
from app.directory import service as directory
from app.directory.models import AUTOMATED_CALLS, ConsentKind, ConsentSource, District, PhoneNumber, School

PAGES = "/webhooks/twilio/voice"


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of ours that asks, and what it has to say."""

    script: Script
    answered_by: str | None
    key: Key = Key.NONE
    """What the pressed key asks for, and, if it was a choice, what became of it."""
    given: Given | None = None


def answered(form: CallForm) -> Asked | None:
    """Somebody, or a machine, answered: note who. None for a call that is not ours, or over."""
    with transaction() as events:
        found = _open_call(form, events)
        return _asked(*found, form) if found else None


def heard(form: CallForm) -> Asked | None:
    """The message was played to its end, or a key was pressed: somebody listens. Noted once."""
    with transaction() as events:
        found = _open_call(form, events)
        if found is None:
            return None
        was_silent = (PlacedCall.id == found[1].id, PlacedCall.played_at.is_(None))
        db.session.execute(update(PlacedCall).where(*was_silent).values(played_at=now()))
        return _asked(*found, form)


def pressed(form: CallForm) -> Asked | None:
    """A key was pressed, so somebody listens. Who wants no more automated calls gets none from any number of the district.

    Repeating it adds nothing.
    """
    with transaction() as events:
        asked, found = heard(form), _open_call(form, events)
        if asked is None or found is None:
            return None
        row, call = found
        key, given = asked.script.key(form.digits), None
        if key is Key.STOP:
            directory.record_consent(
                row.district_id, call.address, AUTOMATED_CALLS, ConsentKind.OPTED_OUT, ConsentSource.KEYPAD, wording=form.digits
            )  # fmt: skip
        elif key is Key.CHOICE:
            given = menus.take(row.owner_kind, row.owner_id, int(form.digits))
        return replace(asked, key=key, given=given)


def _open_call(form: CallForm, events: list[Event]) -> tuple[Row[Any], PlacedCall] | None:
    """The delivery and the call that ask, with who answered noted; None for one that is not ours, or over."""
    found = call_of(form.provider_id, form.reference, events)
    if found is None or found[1].ended_at is not None:
        return None
    note_answer(found[1], form.answered_by or "unknown")
    return found


def _asked(row: Row[Any], call: PlacedCall, form: CallForm) -> Asked:
    content = db.session.get_one(DeliveryContent, row.content_id)
    settings: Settings = current_app.extensions["settings"]
    details = content.details
    speaker, number = _who_calls(row.phone_number_id)
    script = Script(
        body=content.body,
        language=str(details.get("language") or "en"),
        speaker=str(details.get("speaker") or speaker),
        call_back=str(details.get("call_back") or number),
        sounds=media_urls(content.media),
        pages=settings.public_url.rstrip("/") + PAGES,
        reference=form.reference or f"{row.uuid}.{row.attempts}",
        menu=Menu.of(details),
    )
    return Asked(script, call.answered_by or form.answered_by)


def _who_calls(phone_number_id: int) -> tuple[str, str]:
    """The school of a number, or its district; and the number."""
    found = db.session.execute(
        select(School.name, District.name, PhoneNumber.address)
        .select_from(PhoneNumber)
        .join(District, District.id == PhoneNumber.district_id)
        .outerjoin(School, School.id == PhoneNumber.school_id)
        .where(PhoneNumber.id == phone_number_id)
    ).one()
    return found[0] or found[1], found[2]
