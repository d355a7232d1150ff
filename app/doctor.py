"""`flask --app wsgi doctor`: look at everything Homeroom leans on, and say what to do about what is wrong. It changes nothing."""

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import click
import redis
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.models import Staff, are_people
from app.carrier.choice import current_carrier
from app.carrier.fax_choice import faxes_of
from app.carrier.gateway import CarrierFailed, CarrierRefused, OwnedNumber
from app.carrier.voice_choice import INCOMING, WEBHOOKS
from app.config import Settings
from app.core import mail
from app.core.clock import now
from app.core.database import db, release_connection
from app.directory.models import PhoneNumber, Purpose

FAX_KEYS = {
    "telnyx": "TELNYX_API_KEY", "sinch": "SINCH_PROJECT_ID, SINCH_KEY_ID and SINCH_KEY_SECRET", "simulator": "that SIMULATOR_URL is ours",
}  # fmt: skip
"""What to look at where a carrier of faxes refuses us."""
LEAST_FREE = 1 << 30
"""Bytes on the disk of the data folder below which the doctor worries."""
PATIENCE = 5
"""Seconds that Redis may take to answer."""


class Verdict(StrEnum):
    """How a thing is."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `words` say what was found and, where it is not good, what to do next."""

    about: str
    verdict: Verdict
    words: str


def good(about: str, words: str) -> Finding:
    """Nothing to do."""
    return Finding(about, Verdict.GOOD, words)


def note(about: str, words: str) -> Finding:
    """It works, and somebody should know."""
    return Finding(about, Verdict.NOTE, words)


def wrong(about: str, words: str) -> Finding:
    """It does not work."""
    return Finding(about, Verdict.WRONG, words)


def look_at_data(settings: Settings) -> Iterator[Finding]:
    """The folder that holds files, the embedded database and the secret."""
    probe = settings.data / ".doctor"
    try:
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        yield wrong("Data folder", f"{settings.data} cannot be written ({error.strerror}). Give it to the user that runs Homeroom.")
        return
    free = shutil.disk_usage(settings.data).free
    words = f"{settings.data}, {free >> 30} GB free"
    yield good("Data folder", words) if free >= LEAST_FREE else note("Data folder", f"{words}. Make room soon.")


def look_at_database(settings: Settings) -> Iterator[Finding]:
    """Whether it answers, and whether its tables are those of this version."""
    kind = "embedded SQLite" if settings.is_sqlite else "PostgreSQL"
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            there = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        yield wrong("Database", f"{kind} does not answer ({type(error).__name__}). Check DATABASE_URL and that the server runs.")
        return
    wanted = ScriptDirectory(str(Path(current_app.root_path).parent / "migrations")).get_current_head()
    if there == wanted:
        yield good("Database", f"{kind}, at migration {there}")
    else:
        yield wrong("Database", f"{kind} is at migration {there}, this version needs {wanted}. Run: flask --app wsgi db upgrade")


def look_at_people(settings: Settings) -> Iterator[Finding]:
    """Whether anybody can sign in, and any number can text."""
    try:
        staff = db.session.scalar(select(func.count(Staff.id)).where(are_people()))
        numbers = db.session.scalar(select(func.count(PhoneNumber.id)).where(PhoneNumber.purpose != Purpose.FAX))
        invented = db.session.scalar(select(func.count(Staff.id)).where(Staff.email.endswith("@demo.test")))
    except SQLAlchemyError:
        return  # the database's own finding says why
    finally:
        release_connection()
    yield (
        good("Staff", f"{staff} accounts")
        if staff
        else note("Staff", "nobody can sign in yet. Run: flask --app wsgi staff create EMAIL --name NAME")
    )
    yield (
        good("Numbers", f"{numbers} numbers to text from")
        if numbers
        else note("Numbers", "there is no number to text from. Add one in Settings, Numbers.")
    )
    if invented and settings.carrier != "simulator":
        yield wrong(
            "Demo", f"{invented} accounts of the demo are here, with a password that everybody knows. Start with your own database."
        )


def look_at_redis(settings: Settings) -> Iterator[Finding]:
    """What joins several processes."""
    if not settings.redis_url:
        yield good("Redis", "not used; everything runs in one process")
        return
    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE) as bus:
            bus.ping()
    except (redis.RedisError, OSError) as error:
        yield wrong("Redis", f"does not answer ({type(error).__name__}). Check REDIS_URL and that the server runs.")
    else:
        yield good("Redis", "answers")


def look_at_carrier(settings: Settings) -> Iterator[Finding]:
    """Whether the carrier takes our credentials, and whether its numbers bring texts and calls here."""
    release_connection()
    try:
        numbers = current_carrier().list_numbers()
    except CarrierRefused as refusal:
        yield wrong("Carrier", f"refuses us ({refusal.code}). Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
        return
    except CarrierFailed:
        if settings.carrier == "simulator":
            yield note("Carrier", "the simulated phone network answers only while Homeroom runs.")
        else:
            yield wrong("Carrier", "cannot be reached. Check the way out to the Internet and the carrier’s status page.")
        return
    yield good("Carrier", f"{settings.carrier}, {len(numbers)} numbers in the account")
    elsewhere = [one for one in numbers if one.inbound_url and not one.inbound_url.startswith(settings.public_url)]
    if elsewhere and settings.carrier != "simulator":
        yield note("Carrier", f"{len(elsewhere)} of its numbers bring texts to another address than {settings.public_url}.")
    if settings.carrier != "simulator":
        yield from _calls_that_come_in([one for one in numbers if one.takes_calls], settings.public_url.rstrip("/"))


def _calls_that_come_in(numbers: Sequence[OwnedNumber], base: str) -> Iterator[Finding]:
    lost = [one for one in numbers if one.calls_url != f"{base}{INCOMING}"]
    if lost:
        told = f"{len(lost)} of its numbers don’t bring calls here: who calls back reaches nobody."
        yield note("Carrier", f"{told} Set “A call comes in” of each to {base}{INCOMING}.")
    silent = [one for one in numbers if one not in lost and one.call_status_url != f"{base}{WEBHOOKS}/status"]
    if silent:
        told = f"{len(silent)} of its numbers don’t tell us that a caller hung up."
        yield note("Carrier", f"{told} Set “Call status changes” to {base}{WEBHOOKS}/status.")


def look_at_faxes(settings: Settings) -> Iterator[Finding]:
    """Whether the carrier of faxes takes our keys, and whether there is a number to fax from."""
    try:
        numbers = db.session.scalar(select(func.count(PhoneNumber.id)).where(PhoneNumber.purpose == Purpose.FAX))
    except SQLAlchemyError:
        return  # the database's own finding says why
    finally:
        release_connection()
    carrier = faxes_of(current_app)
    if carrier is None:
        yield (
            note("Faxes", f"{numbers} fax numbers, and no carrier for them. Set FAX_CARRIER to telnyx or sinch.")
            if numbers
            else good("Faxes", "not used")
        )
        return
    try:
        carrier.find_received(since=now() - timedelta(days=1))
    except CarrierRefused as refusal:
        yield wrong("Faxes", f"{settings.fax_carrier} refuses us ({refusal.code}). Check {FAX_KEYS[settings.fax_carrier]}.")
    except CarrierFailed:
        if settings.fax_carrier == "simulator":
            yield note("Faxes", "the simulated phone network answers only while Homeroom runs.")
        else:
            yield wrong("Faxes", "their carrier cannot be reached. Check the way out to the Internet and its status page.")
    else:
        told = f"{settings.fax_carrier}, {numbers} numbers"
        yield good("Faxes", told) if numbers else note("Faxes", f"{told}. Add one in Settings, Numbers, and choose Fax as what it is for.")


def look_at_mail(settings: Settings) -> Iterator[Finding]:
    """Whether invitations can leave."""
    if not settings.smtp_url:
        yield note("Mail", f"no SMTP_URL: invitations are kept as files in {settings.data / 'mail'}, and admins pass their links on.")
        return
    try:
        mail.try_server()
    except mail.MailNotSent:
        yield wrong("Mail", "the mail server does not answer or refuses us. Check SMTP_URL.")
    else:
        yield good("Mail", "the mail server lets us in")


def look_at_address(settings: Settings) -> Iterator[Finding]:
    """Where browsers and the carrier reach us."""
    if settings.is_secure:
        yield good("Address", settings.public_url)
    elif settings.carrier == "simulator":
        yield note("Address", f"{settings.public_url}, without https: for trying out only.")
    else:
        yield wrong("Address", f"{settings.public_url} is not https. Set PUBLIC_URL to the https address that the carrier calls.")


LOOKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    look_at_data, look_at_database, look_at_people, look_at_redis, look_at_carrier, look_at_faxes, look_at_mail, look_at_address,
)  # fmt: skip
MARKS = {Verdict.GOOD: ("✓", "green"), Verdict.NOTE: ("!", "yellow"), Verdict.WRONG: ("✗", "red")}


def findings(app: Flask) -> Iterator[Finding]:
    """Look at one thing after the other."""
    settings: Settings = app.extensions["settings"]
    for look in LOOKS:
        yield from look(settings)


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check everything this installation leans on. Exits with 1 when something is wrong."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # the documented way to the real one
    all_well = True
    for finding in findings(app):
        mark, colour = MARKS[finding.verdict]
        click.echo(f"{click.style(mark, fg=colour)} {finding.about}: {finding.words}")
        all_well = all_well and finding.verdict != Verdict.WRONG
    sys.exit(0 if all_well else 1)
