"""What may be seen of people, their numbers and their wishes."""

from app.directory.queries.consent import has_opted_out, newest_wish, opted_out
from app.directory.queries.permission import is_off_limits, may_be_contacted, off_limits_among

__all__ = ["has_opted_out", "is_off_limits", "may_be_contacted", "newest_wish", "off_limits_among", "opted_out"]
