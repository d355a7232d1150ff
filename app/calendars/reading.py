"""The events of somebody's connected calendars. What cannot be read is named; the rest is answered all the same."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _

from app.accounts.models import Staff
from app.calendars import oauth, queries, service
from app.calendars.entries import Entry, Found, Span
from app.calendars.errors import GrantLapsed, NotSetUp, ProviderAway
from app.calendars.models import CalendarGrant, GrantState
from app.calendars.providers import Provider, Which, provider
from app.core.clock import now
from app.core.database import release_connection
from app.core.errors import HomeroomError
from app.core.sealing import SealBroken, unseal

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """One calendar: its events, or why there are none. `state` is connected, lapsed or unreachable."""

    provider: str
    account: str
    state: str
    entries: tuple[Entry, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Visit:
    """All that a thread needs to read one calendar, without the database."""

    grant_id: int
    provider: Provider
    refresh: str
    access: str
    until: datetime


@dataclass(frozen=True, slots=True)
class _Outcome:
    found: Found | None = None
    error: HomeroomError | None = None
    tokens: oauth.Tokens | None = None
    """New ones, if some were needed."""


def read_all(staff: Staff, span: Span) -> list[Reading]:
    """Each calendar in the order in which it was connected; they are asked at the same time."""
    grants = queries.grants_of(staff)
    readings = {grant.id: Reading(grant.provider, grant.account, grant.state) for grant in grants}
    visits: list[_Visit] = []
    for grant in grants:
        try:
            visits.append(_visit(grant))
        except HomeroomError as error:
            readings[grant.id] = _missed(readings[grant.id], error)
    release_connection()
    for visit, outcome in zip(visits, _outcomes(visits, span), strict=True):
        if outcome.tokens is not None:
            service.keep_tokens(visit.grant_id, outcome.tokens)
        if isinstance(outcome.error, GrantLapsed):
            service.note_lapsed(visit.grant_id)
        known = readings[visit.grant_id]
        if outcome.error is not None:
            readings[visit.grant_id] = _missed(known, outcome.error)
        elif outcome.found is not None:
            problem = None if outcome.found.is_complete else _("There are more events than are read at once. Ask for fewer days.")
            readings[visit.grant_id] = replace(known, entries=tuple(outcome.found.entries), problem=problem)
    return list(readings.values())


def _visit(grant: CalendarGrant) -> _Visit:
    if grant.state == GrantState.LAPSED:
        raise GrantLapsed
    chosen = provider(current_app.extensions["settings"], Which(grant.provider))
    try:
        tokens = unseal(grant.refresh_token, service.PURPOSE), unseal(grant.access_token, service.PURPOSE)
    except SealBroken as error:
        raise GrantLapsed from error
    return _Visit(grant.id, chosen, *tokens, grant.access_until)


def _missed(known: Reading, error: HomeroomError) -> Reading:
    return replace(known, state=GrantState.LAPSED if isinstance(error, GrantLapsed) else "unreachable", problem=error.advice)


def _outcomes(visits: list[_Visit], span: Span) -> list[_Outcome]:
    if not visits:
        return []
    moment = now()
    with ThreadPoolExecutor(max_workers=AT_ONCE) as threads:
        raw = list(threads.map(lambda visit: _read(visit, span, moment), visits))
    # Refusals are worded where the language is known, which a thread does not know.
    words: dict[type[Exception], type[HomeroomError]] = {GrantLapsed: GrantLapsed, ProviderAway: ProviderAway, NotSetUp: NotSetUp}
    return [replace(each, error=words[type(each.error)]()) if each.error is not None else each for each in raw]


def _read(visit: _Visit, span: Span, moment: datetime) -> _Outcome:
    """Once with the token at hand, once more with a new one. Touches no database."""
    tokens: oauth.Tokens | None = None
    try:
        if visit.until <= moment:
            tokens = oauth.refresh(visit.provider, visit.refresh)
        try:
            found = visit.provider.read_events(visit.provider.api_url, tokens.access if tokens else visit.access, span)
        except GrantLapsed:
            if tokens is not None:
                raise
            tokens = oauth.refresh(visit.provider, visit.refresh)
            found = visit.provider.read_events(visit.provider.api_url, tokens.access, span)
    except (GrantLapsed, ProviderAway) as error:
        return _Outcome(error=error, tokens=tokens)
    return _Outcome(found, tokens=tokens)
