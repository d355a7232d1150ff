"""A district in plain Python, and what an announcement in it must do: as slow and as obvious as possible."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from app.core.quiet_hours import NIGHT, recipient_zone, release_time

POOL = "pool"
"""Stands for the scope of the announcement numbers."""
ADDRESSES = ("+15032010001", "+12125550002", "+13125550003", "+18085550004", "+15032010005")
HOME = "America/Los_Angeles"


@dataclass(frozen=True)
class Child:
    """A student."""

    school: int
    grade: str
    is_active: bool


@dataclass(frozen=True)
class Adult:
    """A guardian."""

    is_active: bool
    language: str
    zone: str | None
    postal_code: str | None


@dataclass(frozen=True)
class Bond:
    """What binds the two."""

    child: int
    adult: int
    priority: int
    may_contact: bool
    is_active: bool


@dataclass(frozen=True)
class Point:
    """A phone or email of an adult."""

    adult: int
    address: str
    kind: str
    health: str
    priority: int
    is_active: bool


@dataclass(frozen=True)
class Wish:
    """A line of the consent ledger."""

    address: str
    scope: str
    kind: str


@dataclass
class World:
    """Positions in the lists are the order in which rows are made, and so of their ids."""

    children: list[Child]
    adults: list[Adult]
    bonds: list[Bond]
    points: list[Point]
    wishes: list[Wish]
    send_to: str
    schools: set[int]
    grades: set[tuple[int, str]]
    picked: set[int]
    without_children: set[int]
    without_adults: set[int]
    languages: list[str]
    fallback: str | None


@dataclass
class Expected:
    """By adult: the address that is written to, or why not."""

    sent: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Adult → address and language of the text."""
    skipped: dict[int, str] = field(default_factory=dict)
    held: Counter[datetime] = field(default_factory=Counter)

    @property
    def reasons(self) -> dict[str, int]:
        return dict(sorted(Counter(self.skipped.values()).items()))


def expected(world: World, at: datetime) -> Expected:
    """What must happen."""
    found = Expected()
    taken: set[str] = set()
    for adult in sorted(_adults(world)):
        points = [one for one in world.points if one.adult == adult and one.is_active and one.kind != "email"]
        ranked = sorted((_rank(world, one), one.priority, world.points.index(one)) for one in points)
        person = world.adults[adult]
        if not ranked:
            found.skipped[adult] = "no_number"
            continue
        rank, _, index = ranked[0]
        point = world.points[index]
        language = _language(world, person.language)
        if rank:
            found.skipped[adult] = ("", "opted_out", "no_texts", "dead_number", "wrong_number")[rank]
        elif language is None:
            found.skipped[adult] = "no_text_in_language"
        elif point.address in taken:
            found.skipped[adult] = "same_number"
        else:
            taken.add(point.address)
            found.sent[adult] = (point.address, language)
            zone = recipient_zone(HOME, own=person.zone, postal_code=person.postal_code, phone=point.address)
            release = release_time(at, ZoneInfo(str(zone)), NIGHT)
            if release > at:
                found.held[release] += 1
    return found


def _adults(world: World) -> set[int]:
    chosen = set()
    for number, child in enumerate(world.children):
        is_in = child.school in world.schools or (child.school, child.grade) in world.grades or number in world.picked
        if not (is_in and child.is_active) or number in world.without_children:
            continue
        bonds = sorted(
            (bond.priority, position, bond.adult)
            for position, bond in enumerate(world.bonds)
            if bond.child == number and bond.is_active and bond.may_contact and world.adults[bond.adult].is_active
        )
        chosen |= {adult for _, _, adult in (bonds[:1] if world.send_to == "priority" else bonds)}
    return set() if world.send_to == "person" else chosen - world.without_adults


def _rank(world: World, point: Point) -> int:
    if point.kind == "landline":
        return 2
    if point.health in {"dead", "wrong"}:
        return 3 if point.health == "dead" else 4
    wishes = [wish.kind for wish in world.wishes if wish.address == point.address and wish.scope in {POOL, "all"}]
    return 1 if wishes and wishes[-1] == "opted_out" else 0


def _language(world: World, spoken: str) -> str | None:
    root = spoken.split("-", maxsplit=1)[0]
    for wanted in (spoken, root):
        if wanted in world.languages:
            return wanted
    near = [language for language in world.languages if language.split("-")[0] == root]
    return near[0] if near else (world.fallback if world.fallback in world.languages else None)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Small, and crowded enough that people share children, phones and wishes."""
    flag = st.sampled_from([True, True, True, False])
    grade = st.sampled_from(["03", "05"])
    children = draw(st.lists(st.builds(Child, st.integers(0, 1), grade, flag), min_size=1, max_size=5))
    zones, codes = st.sampled_from([None, None, "America/New_York"]), st.sampled_from([None, None, "60601"])
    languages = st.sampled_from(["en", "es", "pt-BR", "zh"])
    adults = draw(st.lists(st.builds(Adult, flag, languages, zones, codes), min_size=1, max_size=6))
    child, adult = st.integers(0, len(children) - 1), st.integers(0, len(adults) - 1)
    bond = st.builds(Bond, child, adult, st.integers(1, 3), flag, flag)
    bonds = draw(st.lists(bond, min_size=1, max_size=10, unique_by=lambda one: (one.child, one.adult)))
    kinds, healths = (
        st.sampled_from(["mobile", "mobile", "voip", "landline", "email"]),
        st.sampled_from(["ok", "ok", "unreachable", "dead", "wrong"]),
    )
    point = st.builds(Point, adult, st.sampled_from(ADDRESSES), kinds, healths, st.integers(1, 3), flag)
    points = draw(st.lists(point, max_size=12, unique_by=lambda one: (one.adult, one.address)))
    wish = st.builds(
        Wish, st.sampled_from(ADDRESSES), st.sampled_from([POOL, "all", "number:424242"]), st.sampled_from(["opted_out", "opted_in"])
    )
    return World(
        children, adults, bonds, points, draw(st.lists(wish, max_size=4)),
        send_to=draw(st.sampled_from(["priority", "all", "all", "person"])),
        schools=draw(st.sets(st.integers(0, 1))),
        grades=draw(st.sets(st.tuples(st.integers(0, 1), grade), max_size=2)),
        picked=draw(st.sets(child, max_size=3)),
        without_children=draw(st.sets(child, max_size=1)),
        without_adults=draw(st.sets(adult, max_size=1)),
        languages=sorted(draw(st.sets(st.sampled_from(["en", "es", "pt"]), min_size=1))),
        fallback=draw(st.sampled_from(["en", None])),
    )  # fmt: skip
