"""Passwords of extensions, which the house has to say to telephone systems and to phones: sealed in their table."""

from collections.abc import Mapping
from typing import Any

from app.core.sealing import SealBroken, seal, unseal
from app.pbx.models import PbxExtension

SECRETS = ("password", "secret", "voicemail_vmpwd")
PURPOSE = "password of an extension"


def sealed(data: Mapping[str, Any]) -> dict[str, str]:
    """Those that are given among the settings of an extension, as its row keeps them."""
    return {name: seal(str(data[name]), PURPOSE) for name in SECRETS if data.get(name)}


def given(extension: PbxExtension, name: str) -> str | None:
    """One that was given; None where there is none, and where another SECRET_KEY sealed it: then it has to be given anew."""
    kept = extension.secrets.get(name)
    try:
        return unseal(kept, PURPOSE) if kept else None
    except SealBroken:
        return None
