"""The page "API and webhooks" stands in this room, and further rooms put their own sections below the keys."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from app.accounts.models import Bearer, Staff

NAME = "sections of the API page"
PAPERS = "papers of new systems"


@dataclass(frozen=True, slots=True)
class Section:
    """A template that the page includes, and what it shows; a name of `tell` is seen by all sections, so it begins with the room's."""

    template: str
    tell: Callable[[Staff], Mapping[str, Any]]
    order: int = 100


@dataclass(frozen=True, slots=True)
class Paper:
    """What a new system is given along with its key, and what nobody sees again."""

    title: str
    words: str
    value: str


def add_paper(app: Flask, write: Callable[[Bearer], Paper | None]) -> None:
    """Called by a room's `init_app`. None where there is nothing to show any more."""
    app.extensions.setdefault(PAPERS, []).append(write)


def papers_for(bearer: Bearer) -> list[Paper]:
    """All that is shown with the first key of a system."""
    return [paper for write in current_app.extensions.get(PAPERS, []) if (paper := write(bearer)) is not None]


def add_section(app: Flask, section: Section) -> None:
    """Called by a room's `init_app`."""
    app.extensions.setdefault(NAME, []).append(section)


def sections_for(staff: Staff) -> tuple[list[str], dict[str, Any]]:
    """The templates in their order, and all that they show."""
    sections: list[Section] = sorted(current_app.extensions.get(NAME, []), key=lambda one: one.order)
    told: dict[str, Any] = {}
    for one in sections:
        told |= one.tell(staff)
    return [one.template for one in sections], told
