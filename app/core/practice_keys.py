"""What the pretend fax network and a house that practises with it share. Everybody may know it: it proves nothing real."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_SEED = b"homeroom: practice, nothing real"
"""Thirty-two bytes, as the algorithm wants."""

TELNYX_API_KEY = "KEY-practice"
TELNYX_CONNECTION = "practice-line"
SINCH_PROJECT = "practice-project"
SINCH_KEY = "practice-key"
SINCH_SECRET = "practice-secret"  # noqa: S105  # it opens nothing but a toy


def fax_signing_key() -> Ed25519PrivateKey:
    """What the pretend network signs the news of faxes with."""
    return Ed25519PrivateKey.from_private_bytes(_SEED)


def fax_public_key() -> str:
    """What checks those signatures, in base64 as the carrier's portal shows its own."""
    raw = fax_signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()
