"""The places of the rail and the sections of the settings. Rooms register their own, so that the shell knows no feature."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from flask import Flask, current_app, url_for
from flask_babel.speaklater import LazyString
from flask_login import current_user

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows

Count = Callable[[Staff], int]
IN_THE_BOTTOM_BAR = 4
"""So many places a phone's bottom bar shows beside "More"."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the rail, or a section of the settings. Its address must not depend on who asks."""

    key: str
    """What a template sets as `nav` (or `section`) to mark it as current; also the key of its live count."""
    endpoint: str
    icon: str
    label: LazyString
    permission: Permission
    order: int = 100
    count: Count | None = None
    """How many things wait there; at most one query, asked only when a whole page is rendered."""
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as one person sees it now."""

    key: str
    href: str
    icon: str
    label: LazyString
    count: int | None
    is_primary: bool
    """In the bottom bar of a phone; the others hide under "More" there."""
    at_end: bool


@dataclass
class Navigation:
    """Every entry of one application. Addresses are built once: they are the same for all."""

    places: list[Entry] = field(default_factory=list)
    settings: list[Entry] = field(default_factory=list)
    account: list[Entry] = field(default_factory=list)

    @cached_property
    def addresses(self) -> dict[str, str]:
        """The address of each endpoint."""
        return {entry.endpoint: url_for(entry.endpoint) for entry in (*self.places, *self.settings, *self.account)}

    def shown(self, entries: Iterable[Entry], role: str, counts: Mapping[str, int]) -> Iterator[Shown]:
        """What a role opens, in order, with what waits there."""
        allowed = [entry for entry in sorted(entries, key=lambda entry: entry.order) if role_allows(role, entry.permission)]
        for place, entry in enumerate(allowed):
            is_primary = place < IN_THE_BOTTOM_BAR and not entry.at_end
            href = self.addresses[entry.endpoint]
            yield Shown(entry.key, href, entry.icon, entry.label, counts.get(entry.key), is_primary, entry.at_end)


@dataclass(frozen=True, slots=True)
class Places:
    """The entries that a role opens, with what waits at each. Equal for all who are shown the same."""

    entries: str
    role: str
    counts: tuple[tuple[str, int], ...] = ()

    def __iter__(self) -> Iterator[Shown]:
        """Walk the entries."""
        navigation: Navigation = current_app.extensions["navigation"]
        return navigation.shown(getattr(navigation, self.entries), self.role, dict(self.counts))


class Reader(NamedTuple):
    """What the shell of a page shows of the person who reads it."""

    id: int
    name: str
    email: str
    single_key_shortcuts: bool
    enter_sends: bool
    is_authenticated: bool = True


def places_of(staff: Staff) -> Places:
    """The rail of one person."""
    navigation: Navigation = current_app.extensions["navigation"]
    counted = [entry for entry in navigation.places if entry.count is not None and role_allows(staff.role, entry.permission)]
    return Places("places", staff.role, tuple((entry.key, entry.count(staff)) for entry in counted if entry.count is not None))


def shell_inputs(staff: Staff) -> dict[str, Hashable]:
    """What `shell.html` needs when it is rendered as a frame."""
    return {
        "theme": staff.theme,
        "current_user": Reader(staff.id, staff.name, staff.email, staff.single_key_shortcuts, staff.enter_sends),
        "navigation": places_of(staff),
        "account_menu": Places("account", staff.role),
    }


class Lazily:
    """A list that is made when a template first walks it: fragments show no rail, so they count nothing."""

    def __init__(self, entries: str) -> None:
        self.entries = entries

    @cached_property
    def made(self) -> list[Shown]:
        """The list, made once per page."""
        if not current_user.is_authenticated:
            return []
        return list(places_of(current_user) if self.entries == "places" else Places(self.entries, current_user.role))

    def __iter__(self) -> Iterator[Shown]:
        """Walk the list."""
        return iter(self.made)


def _navigation(app: Flask) -> Navigation:
    navigation: Navigation = app.extensions.setdefault("navigation", Navigation())
    return navigation


def add_place(app: Flask, entry: Entry) -> None:
    """Put a place on the rail. Called from a room's init_app."""
    _navigation(app).places.append(entry)


def add_settings_section(app: Flask, entry: Entry) -> None:
    """Put a page into the list of settings. Called from a room's init_app."""
    _navigation(app).settings.append(entry)


def add_account_link(app: Flask, entry: Entry) -> None:
    """Put a link into the menu under one's own initials."""
    _navigation(app).account.append(entry)


def init_app(app: Flask) -> None:
    """Give templates the rail, the settings' sections, the account menu, and the reader's theme."""
    _navigation(app)

    @app.context_processor
    def entries() -> dict[str, object]:
        theme = current_user.theme if current_user.is_authenticated else None
        return {"theme": theme, "navigation": Lazily("places"), "settings_sections": Lazily("settings"), "account_menu": Lazily("account")}
