"""What a bearer's own address for news asks of whoever brings them."""

from app.accounts.models import Bearer
from app.core.sealing import SealBroken, seal, unseal

PURPOSE = "callback of a bearer"


def sealed(password: str) -> str | None:
    """The password as the table keeps it: basic auth has to say it, so a hash would not do."""
    return seal(password, PURPOSE) if password else None


def basic_auth_of(bearer: Bearer) -> tuple[str, str] | None:
    """Name and password; None where it has none, and where another SECRET_KEY sealed it: then it has to be entered anew."""
    if not bearer.callback_username or not bearer.callback_password:
        return None
    try:
        return bearer.callback_username, unseal(bearer.callback_password, PURPOSE)
    except SealBroken:
        return None
