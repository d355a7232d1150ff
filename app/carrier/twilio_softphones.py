"""Passes for phones in browsers: Twilio's access tokens, or the simulator's, signed with the key that the simulator knows."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import jwt

from app.carrier.softphones import LIFE_SECONDS, SoftphoneKind, SoftphonePass
from app.core.clock import now


@dataclass(frozen=True)
class TwilioSoftphones:
    """`application` is the TwiML application whose voice address is asked what a call from a browser is to do."""

    account_sid: str
    key_sid: str
    key_secret: str
    application: str

    def issue(self, identity: str) -> SoftphonePass | None:
        """A pass for the SDK."""
        if not (self.key_sid and self.key_secret and self.application):
            return None
        from twilio.jwt.access_token import AccessToken  # noqa: PLC0415  # see choice.carrier_of
        from twilio.jwt.access_token.grants import VoiceGrant  # noqa: PLC0415

        token = AccessToken(self.account_sid, self.key_sid, self.key_secret, identity=identity, ttl=LIFE_SECONDS)
        token.add_grant(VoiceGrant(outgoing_application_sid=self.application, incoming_allow=True))
        return SoftphonePass(SoftphoneKind.TWILIO, identity, token.to_jwt(), now() + timedelta(seconds=LIFE_SECONDS))


@dataclass(frozen=True)
class SimulatedSoftphones:
    """`address` is the simulator's, as browsers reach it; `outgoing_url` is our script for calls from browsers."""

    account_sid: str
    auth_token: str
    address: str
    outgoing_url: str

    def issue(self, identity: str) -> SoftphonePass | None:
        """A pass for the simulator's softphones."""
        expires_at = now() + timedelta(seconds=LIFE_SECONDS)
        claims = {
            "iss": self.account_sid, "sub": self.account_sid, "exp": int(expires_at.timestamp()),
            "grants": {"identity": identity, "voice": {"incoming": {"allow": True}, "outgoing": {"url": self.outgoing_url}}},
        }  # fmt: skip
        key = hashlib.sha256(f"softphone:{self.auth_token}".encode()).digest()
        token = jwt.encode(claims, key, algorithm="HS256")
        return SoftphonePass(SoftphoneKind.SIMULATOR, identity, token, expires_at, f"{self.address}/softphone")
