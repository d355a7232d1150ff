"""Questions that go out with announcements, and what families answer."""
