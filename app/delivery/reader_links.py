"""Links in what we send by which its reader answers: each is of one delivery, so nobody can guess another one's."""

from datetime import timedelta
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import select

from app.config import Settings
from app.core import signed_links
from app.core.clock import now
from app.core.database import db
from app.core.signed_links import BadLink
from app.delivery.models import Delivery

PURPOSE = "answer"
PATH = "/answer"
LIFETIME = timedelta(days=365)
"""Longer than any question is open: who comes late is told so."""


def answer_url(app: Flask, delivery_uuid: UUID | str) -> str:
    """Where the reader of one delivery answers."""
    settings: Settings = app.extensions["settings"]
    token = signed_links.sign(settings.secret_key, PURPOSE, UUID(str(delivery_uuid)).hex, now() + LIFETIME)
    return f"{settings.public_url.rstrip('/')}{PATH}/{token}"


def owner_of(token: str) -> tuple[str, int]:
    """The kind and the id of the row whose delivery a link belongs to. Raises BadLink or ExpiredLink."""
    settings: Settings = current_app.extensions["settings"]
    subject = signed_links.read(settings.secret_key, PURPOSE, token, now())
    row = db.session.execute(select(Delivery.owner_kind, Delivery.owner_id).where(Delivery.uuid == UUID(subject))).one_or_none()
    if row is None:
        raise BadLink
    return row[0], row[1]
