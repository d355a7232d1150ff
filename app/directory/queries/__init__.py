"""What may be seen of people, their numbers and their wishes."""

from app.directory.queries.consent import has_opted_out, opted_out

__all__ = ["has_opted_out", "opted_out"]
