"""What the pretend fax network and a house that practises with it share. Everybody may know it: it proves nothing real."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_SEED = b"homeroom: practice, nothing real"
"""Thirty-two bytes, as the algorithm wants."""
FAX_PUBLIC_KEY = "CfZghBy/fdJfe+/n4osIhvJmuuGoxb1BWY6dsicf6Pk="
"""What checks those signatures, in base64 as the carrier's portal shows its own."""

TELNYX_API_KEY = "KEY-practice"
TELNYX_CONNECTION = "practice-line"
SINCH_PROJECT = "practice-project"
SINCH_KEY = "practice-key"
SINCH_SECRET = "practice-secret"  # noqa: S105  # it opens nothing but a toy


def fax_signing_key() -> "Ed25519PrivateKey":
    """What the pretend network signs the news of faxes with."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  # 10 MB that few need

    return Ed25519PrivateKey.from_private_bytes(_SEED)


def fax_public_key() -> str:
    """What checks those signatures."""
    return FAX_PUBLIC_KEY
