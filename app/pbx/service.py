"""Extensions are added, replaced and deleted: at the telephone system first, with no transaction open, and then here.

Adding begins with a row, so that nobody takes the same number meanwhile; it is nobody's until the system has taken it. What a killed
process left of that is taken over by whoever adds the number next.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete as sql_delete
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Staff
from app.accounts.service.audit import audit
from app.config import Settings
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.errors import NotVisible
from app.pbx import freepbx, passwords, queries
from app.pbx.errors import ExtensionTaken, PbxFailed, PersonHasOne
from app.pbx.freepbx import Line, Pbx
from app.pbx.models import PbxExtension, PbxInstance, Purpose
from app.pbx.passwords import SECRETS

OURS = frozenset({"id", "extension", "name", *SECRETS})
"""Members of the settings that stand in columns of their own."""
ABANDONED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Wish:
    """An extension as it is wanted. `data`: the settings of the telephone system, with its secrets."""

    number: int
    name: str
    school_id: int | None = None
    purpose: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def email(self) -> str:
        """Of its voicemail, which says whose it is."""
        return str(self.data.get("voicemail_email") or "")


def instance_for(district_id: int) -> PbxInstance:
    """The telephone system of a district, begun where it is asked for first."""
    if (known := queries.instance_of(district_id)) is not None:
        return known
    try:
        with transaction():
            known = PbxInstance(district_id=district_id)
            db.session.add(known)
    except IntegrityError:  # two who ask first
        known = queries.instance_of(district_id)
    if known is None:
        raise NotVisible
    return known


def check(staff: Staff, instance: PbxInstance, number: int, email: str) -> None:
    """Whether an extension could be added. Raises ExtensionTaken, PersonHasOne."""
    _free(staff, instance.id, Wish(number, "", data={"voicemail_email": email}))


def add(staff: Staff, instance: PbxInstance, wish: Wish) -> PbxExtension:
    """A new one. Raises ExtensionTaken, PersonHasOne, PbxFailed; then there is none."""
    instance_id, machine = instance.id, _machine(staff.district_id)
    try:
        with transaction():
            _clear_abandoned(instance_id, wish.number)
            extension = PbxExtension(district_id=staff.district_id, instance_id=instance_id, is_written=machine is None)
            _put(extension, wish, _free(staff, instance_id, wish))
            db.session.add(extension)
            db.session.flush()
            if machine is None:
                audit("pbx.extension_added", extension, {"number": wish.number, "name": wish.name}, by=staff)
    except IntegrityError as error:  # two at once
        raise ExtensionTaken from error
    if machine is None:
        return extension
    try:
        _tell(machine, wish)
    except PbxFailed:
        with transaction():
            db.session.execute(sql_delete(PbxExtension).where(PbxExtension.id == extension.id))
        raise
    with transaction():
        extension = db.session.get_one(PbxExtension, extension.id, populate_existing=True)
        extension.is_written = True
        audit("pbx.extension_added", extension, {"number": wish.number, "name": wish.name}, by=staff)
    return extension


def replace(staff: Staff, extension: PbxExtension, wish: Wish) -> PbxExtension:
    """All of it is as wanted now. Raises as `add`; then nothing is changed here."""
    extension_id, old, machine = extension.id, extension.number, _machine(staff.district_id)
    _free(staff, extension.instance_id, wish, besides=extension_id)
    if machine is not None:
        _tell(machine, wish)
        if old != wish.number:
            machine.remove(old)
    try:
        with transaction():
            found = db.session.get(PbxExtension, extension_id, populate_existing=True, with_for_update=True)
            if found is None:
                raise NotVisible
            _put(found, wish, _free(staff, found.instance_id, wish, besides=extension_id))
            found.updated_at = now()
            audit("pbx.extension_changed", found, {"number": wish.number, "name": wish.name}, by=staff)
    except IntegrityError as error:
        raise ExtensionTaken from error
    return found


def delete(staff: Staff, extension: PbxExtension) -> None:
    """Here and in the telephone system. Raises PbxFailed; then it is there still."""
    extension_id, number, machine = extension.id, extension.number, _machine(staff.district_id)
    if machine is not None:
        release_connection()
        machine.remove(number)
    with transaction():
        found = db.session.get(PbxExtension, extension_id, populate_existing=True, with_for_update=True)
        if found is None:
            return
        audit("pbx.extension_deleted", found, {"number": found.number, "name": found.name}, by=staff)
        db.session.delete(found)


def secret_for(extension: PbxExtension) -> str:
    """With which its phone registers: the system's own, or one that was given, or one derived from this house's key. Raises PbxFailed."""
    machine = _machine(extension.district_id)
    given, number = secret_known(extension), extension.number
    if machine is not None:
        release_connection()
        return machine.secret_of(number) or given
    return given


def secrets_given(extension: PbxExtension) -> dict[str, str | None]:
    """All settings that are passwords, with what was given."""
    return {name: passwords.given(extension, name) for name in SECRETS}


def secret_known(extension: PbxExtension) -> str:
    """The same without asking the telephone system."""
    given = passwords.given(extension, "secret")
    if given:
        return given
    settings: Settings = current_app.extensions["settings"]
    digest = hmac.new(settings.secret_key.encode(), b"homeroom.sip." + extension.uuid.bytes, hashlib.sha256).digest()
    return base64.b32encode(digest)[:24].decode().lower()


def _tell(machine: Pbx, wish: Wish) -> None:
    release_connection()
    told = {name: str(wish.data.get(name) or "") for name in ("outboundcid", *SECRETS)}
    machine.put(Line(wish.number, wish.name, wish.email, told["outboundcid"], told["secret"], told["voicemail_vmpwd"]))


def _free(staff: Staff, instance_id: int, wish: Wish, *, besides: int | None = None) -> Staff | None:
    """Whose it would be. Raises ExtensionTaken, PersonHasOne."""
    if queries.is_taken(instance_id, wish.number, besides=besides):
        raise ExtensionTaken
    owner = queries.owner_of(staff.district_id, wish.email)
    if owner is not None and queries.has_one(owner.id, besides=besides):
        raise PersonHasOne
    return owner


def _put(extension: PbxExtension, wish: Wish, owner: Staff | None) -> None:
    extension.number, extension.name, extension.school_id = wish.number, wish.name, wish.school_id
    extension.staff_id = owner.id if owner is not None else None
    extension.purpose = wish.purpose or (Purpose.SOFTPHONE if owner is not None else Purpose.UNASSIGNED)
    extension.data = {name: value for name, value in wish.data.items() if name not in OURS}
    extension.secrets = passwords.sealed(wish.data)


def _clear_abandoned(instance_id: int, number: int) -> None:
    """What a killed process began."""
    mine = (PbxExtension.instance_id == instance_id, PbxExtension.number == number, PbxExtension.is_written.is_(False))
    begun = db.session.scalar(select(PbxExtension).where(*mine, PbxExtension.created_at < now() - ABANDONED))
    if begun is not None:
        db.session.delete(begun)
        db.session.flush()


def _machine(district_id: int) -> Pbx | None:
    """The telephone system behind a district's extensions."""
    machine = freepbx.pbx_of(current_app)
    if machine is None:
        return None
    settings: Settings = current_app.extensions["settings"]
    return machine if district_id == (settings.freepbx_district or queries.first_district()) else None
