"""Connecting a calendar, giving it back, and keeping its tokens fresh. Providers are asked between transactions, never inside one."""

import secrets
from datetime import timedelta

import structlog
from flask import current_app
from sqlalchemy import delete, select, update

from app.accounts.models import Staff, StaffStatus
from app.accounts.service import audit
from app.calendars import oauth, queries
from app.calendars.errors import NotGranted, NotYourWay, ProviderAway
from app.calendars.models import CalendarAddress, CalendarAsk, CalendarGrant, GrantState
from app.calendars.providers import TITLES, Provider, Which, described, provider
from app.config import Settings
from app.core import signed_links
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.errors import NotVisible
from app.core.sealing import SealBroken, seal, unseal

log = structlog.get_logger()
PURPOSE = "calendar grant"
STATE = "calendar state"
WAY = timedelta(minutes=10)
"""So long may somebody look at the consent page."""
AT_ONCE = 50
LONGEST_CODE = 4096


def begin(staff: Staff, which: Which) -> str:
    """Where `staff` grants access: an address for once, and for this person alone. Raises NotSetUp."""
    chosen, verifier, token, until = provider(_settings(), which), secrets.token_urlsafe(48), signed_links.new_token(), now() + WAY
    with transaction():
        ask = CalendarAsk(
            district_id=staff.district_id,
            staff_id=staff.id,
            provider=which,
            state_hash=token.digest,
            verifier=seal(verifier, PURPOSE),
            expires_at=until,
        )
        db.session.add(ask)
    state = signed_links.sign(_settings().secret_key, STATE, token.token, until)
    return oauth.consent_url(chosen, redirect_uri(which), state, verifier)


def redirect_uri(which: Which) -> str:
    """Where the provider sends people back; it has to be registered there, letter by letter."""
    return f"{_settings().public_url.rstrip('/')}/settings/calendars/{which}"


def finish(staff: Staff, which: Which, *, state: str, code: str) -> str:
    """Keep what was granted; returns whose calendar it is. Raises NotYourWay, NotGranted, ProviderAway, NotSetUp."""
    chosen = provider(_settings(), which)
    verifier = _taken(staff, which, state)
    if not code or len(code) > LONGEST_CODE:
        raise NotGranted
    release_connection()
    tokens = oauth.exchange(chosen, code, redirect_uri(which), verifier)
    with transaction():
        # One at a time for each person: the same calendar may come back by two ways at once.
        db.session.execute(select(CalendarAsk.id).where(CalendarAsk.staff_id == staff.id).order_by(CalendarAsk.id).with_for_update())
        former = queries.is_visible_to(staff), CalendarGrant.provider == which, CalendarGrant.account == tokens.account
        db.session.execute(delete(CalendarGrant).where(*former))
        grant = CalendarGrant(
            district_id=staff.district_id,
            staff_id=staff.id,
            provider=which,
            account=tokens.account,
            refresh_token=seal(tokens.refresh, PURPOSE),
            access_token=seal(tokens.access, PURPOSE),
            access_until=tokens.until,
        )
        db.session.add(grant)
        db.session.flush()
        audit("calendar.connected", grant, {"provider": chosen.title, "account": tokens.account}, by=staff)
    return tokens.account


def _taken(staff: Staff, which: Which, state: str) -> str:
    """The verifier of a way that begins here and is used up by it."""
    try:
        token = signed_links.read(_settings().secret_key, STATE, state, now())
    except (signed_links.BadLink, signed_links.ExpiredLink) as error:
        raise NotYourWay from error
    own = CalendarAsk.staff_id == staff.id, CalendarAsk.provider == which, CalendarAsk.state_hash == signed_links.token_digest(token)
    with transaction():
        fresh = update(CalendarAsk).where(*own, CalendarAsk.used_at.is_(None), CalendarAsk.expires_at > now())
        verifier = db.session.scalar(fresh.values(used_at=now()).returning(CalendarAsk.verifier))
    if verifier is None:
        raise NotYourWay
    try:
        return unseal(verifier, PURPOSE)
    except SealBroken as error:
        raise NotYourWay from error


def renew_address(staff: Staff) -> None:
    """Have another address for one's own calendar. Who reads the former one reads nothing any more, from this moment on."""
    with transaction():
        db.session.execute(select(Staff.id).where(Staff.id == staff.id).with_for_update())  # two presses are two editions
        mine = CalendarAddress.staff_id == staff.id
        raised = update(CalendarAddress).where(mine).values(edition=CalendarAddress.edition + 1, renewed_at=now())
        if db.session.scalar(raised.returning(CalendarAddress.edition)) is None:
            db.session.add(CalendarAddress(staff_id=staff.id, edition=1))
        audit("calendar.address_renewed", staff, {}, by=staff)


def withdraw(staff: Staff, which: Which, account: str) -> bool:
    """Give the grant back and forget it; returns whether the provider withdrew it, too. Raises NotVisible, ProviderAway."""
    grant = queries.grant_of(staff, which, account)
    if grant is None:
        raise NotVisible
    return _given_back(grant, described(_settings(), which), by=staff)


def _given_back(grant: CalendarGrant, chosen: Provider, *, by: Staff | None) -> bool:
    release_connection()
    was_withdrawn = _revoked(chosen, grant)
    with transaction():
        gone = db.session.scalar(delete(CalendarGrant).where(CalendarGrant.id == grant.id).returning(CalendarGrant.id))
        if gone is not None:
            audit("calendar.disconnected", grant, {"provider": chosen.title, "account": grant.account}, by=by)
    return was_withdrawn


def _revoked(chosen: Provider, grant: CalendarGrant) -> bool:
    try:
        token = unseal(grant.refresh_token, PURPOSE)
    except SealBroken:
        return False  # sealed with a former secret of the house: nobody can read it, and nobody can give it back
    return oauth.revoke(chosen, token)


def keep_tokens(grant_id: int, tokens: oauth.Tokens) -> None:
    """What a refresh gave. A grant that was given back meanwhile stays gone."""
    with transaction():
        values = {"refresh_token": seal(tokens.refresh, PURPOSE), "access_token": seal(tokens.access, PURPOSE)}
        moments = {"access_until": tokens.until, "updated_at": now()}
        db.session.execute(update(CalendarGrant).where(CalendarGrant.id == grant_id).values(**values, **moments))


def note_lapsed(grant_id: int) -> None:
    """Ask the provider no more; the person is told to connect it again."""
    with transaction():
        connected = CalendarGrant.id == grant_id, CalendarGrant.state == GrantState.CONNECTED
        db.session.execute(update(CalendarGrant).where(*connected).values(state=GrantState.LAPSED, updated_at=now()))


def tidy() -> None:
    """Forget ways that were not gone to the end, and give back the calendars of people who left."""
    with transaction():
        db.session.execute(delete(CalendarAsk).where(CalendarAsk.expires_at < now()))
    left = select(CalendarGrant).join(Staff, Staff.id == CalendarGrant.staff_id).where(Staff.status == StaffStatus.DEACTIVATED)
    for grant in list(db.session.scalars(left.order_by(CalendarGrant.id).limit(AT_ONCE))):
        try:
            _given_back(grant, described(_settings(), Which(grant.provider)), by=None)
        except ProviderAway:
            log.warning("calendars.not_given_back", grant_id=grant.id, provider=TITLES[Which(grant.provider)])


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
