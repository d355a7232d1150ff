"""The authorization-code flow with PKCE (RFC 6749, 7636), a new access token, and giving a grant back (RFC 7009). No database here."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt

from app.calendars.errors import GrantLapsed, NotGranted, ProviderAway
from app.calendars.outside import Answer, ask
from app.calendars.providers import Provider
from app.core.clock import now

OK, BAD_REQUEST = 200, 400
EARLIER = timedelta(minutes=1)
"""A token is asked anew so long before its end."""
USUAL_LIFE = 3600
LONGEST_ACCOUNT = 320


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider gave. `account` is known after a consent, not after a refresh."""

    access: str
    until: datetime
    refresh: str
    account: str = ""


def consent_url(provider: Provider, redirect_uri: str, state: str, verifier: str) -> str:
    """Where the person says yes or no."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": " ".join(provider.scopes),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **provider.consent,
    }
    return f"{provider.consent_url}?{urlencode(query)}"


def exchange(provider: Provider, code: str, redirect_uri: str, verifier: str) -> Tokens:
    """The grant for its code. Raises NotGranted, ProviderAway."""
    answer = _token(provider, {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier})
    if answer.status == BAD_REQUEST:
        raise NotGranted
    body, refresh = _granted(answer), answer.body.get("refresh_token")
    given = str(body.get("scope", "")).lower().split()
    if not isinstance(refresh, str) or not any(scope.endswith(provider.needs) for scope in given):
        raise NotGranted
    return Tokens(body["access_token"], _until(body), refresh, _account(provider, str(body.get("id_token", ""))))


def refresh(provider: Provider, token: str) -> Tokens:
    """A new access token; some providers give a new refresh token with it. Raises GrantLapsed, ProviderAway."""
    answer = _token(provider, {"grant_type": "refresh_token", "refresh_token": token})
    if answer.status == BAD_REQUEST and answer.body.get("error") in {"invalid_grant", "interaction_required"}:
        raise GrantLapsed
    body = _granted(answer)
    following = body.get("refresh_token")
    return Tokens(body["access_token"], _until(body), following if isinstance(following, str) and following else token)


def revoke(provider: Provider, token: str) -> bool:
    """Whether the provider withdrew the grant; False for one that has no way to. Raises ProviderAway."""
    if provider.revoke_url is None:
        return False
    answer = ask("POST", provider.revoke_url, form={"token": token})
    # A token that was withdrawn before is an invalid one: what was wanted is true.
    if answer.status == OK or (answer.status == BAD_REQUEST and answer.body.get("error") == "invalid_token"):
        return True
    raise ProviderAway


def _token(provider: Provider, form: dict[str, str]) -> Answer:
    client = {"client_id": provider.client_id, "client_secret": provider.client_secret}
    return ask("POST", provider.token_url, form={**form, **client})


def _granted(answer: Answer) -> dict[str, Any]:
    if answer.status != OK or not isinstance(answer.body.get("access_token"), str):
        raise ProviderAway
    return answer.body


def _until(body: dict[str, Any]) -> datetime:
    seconds = body.get("expires_in")
    life = seconds if isinstance(seconds, int) and 0 < seconds <= 24 * USUAL_LIFE else USUAL_LIFE
    return now() + timedelta(seconds=life) - EARLIER


def _account(provider: Provider, id_token: str) -> str:
    """Whose it is. The token came straight from the provider over TLS, which stands for its signature (OpenID Connect Core 3.1.3.7)."""
    try:
        options: Any = {"verify_signature": False, "verify_aud": True, "verify_exp": True}
        claims = jwt.decode(id_token, options=options, audience=provider.client_id, leeway=60)
    except jwt.InvalidTokenError as error:
        raise ProviderAway from error
    account = str(claims.get("email") or claims.get("preferred_username") or "").strip().lower()
    if "@" not in account or len(account) > LONGEST_ACCOUNT:
        raise ProviderAway
    return account
