"""Counts of the rail that one query brings along: a room enters a subquery, and the query that counts for every page anyway carries it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import ColumnElement

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows

Columns = tuple[ColumnElement[Any], ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """The count of one place."""

    key: str
    permission: Permission
    column: Callable[[Staff], ColumnElement[int]]
    """The same object for all people who are asked about in the same words: statements are remembered under it."""
    values: Callable[[Staff], Mapping[str, Any]]
    """Its parameters. They share a statement with others: `me`, `my_district` and `school_0` mean the same everywhere."""


def carry(app: Flask, entered: Carried) -> None:
    """Enter a count. Called from a room's init_app."""
    app.extensions.setdefault("rail_counts", []).append(entered)


def carried_for(staff: Staff) -> list[Carried]:
    """The counts that this person's rail shows, in the order of their columns."""
    entered: list[Carried] = current_app.extensions.get("rail_counts", [])
    return [each for each in entered if role_allows(staff.role, each.permission)]


def columns_for(staff: Staff) -> tuple[Columns, dict[str, Any]]:
    """What the query of a page carries for this person, and its parameters."""
    values: dict[str, Any] = {}
    mine = carried_for(staff)
    for each in mine:
        values.update(each.values(staff))
    return tuple([each.column(staff) for each in mine]), values


def note(staff: Staff, numbers: Sequence[int]) -> None:
    """Keep what those columns brought until the end of the request."""
    g.rail_counts = dict(zip([each.key for each in carried_for(staff)], numbers, strict=True))


def noted(key: str) -> int | None:
    """What was brought for a place; None where nobody asked."""
    known: dict[str, int] = g.get("rail_counts", {})
    return known.get(key)
