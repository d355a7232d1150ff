"""Who is asking."""

from typing import cast

from flask_login import current_user

from app.accounts.models import Staff

current_staff: Staff = cast("Staff", current_user)
"""The signed-in staff member of this request; behind `@requires` it is always one."""
