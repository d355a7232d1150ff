"""What the tests of announcements share."""

from tests.delivery.conftest import house

__all__ = ["house"]
