"""Where to go after signing in: a page of this house, never an address that somebody put into a link."""

from urllib.parse import urlsplit

HOME = "/"


def safe_next(wanted: str | None) -> str:
    """`wanted` if it is a path of ours, else the start page."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return HOME
    if "\\" in wanted or any(ord(character) < ord(" ") for character in wanted):
        return HOME  # browsers read a backslash as a slash, and drop control characters
    parts = urlsplit(wanted)
    return HOME if parts.scheme or parts.netloc or parts.path.startswith("/sign-") else wanted
