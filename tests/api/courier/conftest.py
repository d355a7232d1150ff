"""School time, so that neither quiet hours nor office hours depend on when the tests run."""

from tests.conversations.conftest import school_time

__all__ = ["school_time"]
