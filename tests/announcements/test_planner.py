"""The plan says what happens: compared with plain Python over many small districts, on both databases."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings

from app.accounts.models import Role
from app.announcements import expansion, planner
from app.announcements.models import Announcement, AnnouncementRecipient, AnnouncementText
from app.core.database import db, transaction
from app.directory.models import Consent, Purpose
from tests.announcements.oracle import HOME, POOL, World, expected, worlds
from tests.factories import (
    ContactPointFactory,
    DistrictFactory,
    GuardianFactory,
    GuardianshipFactory,
    MessagingServiceFactory,
    PhoneNumberFactory,
    SchoolFactory,
    StaffFactory,
    StudentFactory,
)

AT = datetime(2026, 3, 9, 12, 30, tzinfo=UTC)
"""Morning in New York, night in the west."""


@pytest.fixture(params=["lite_app", "postgres_app"])
def app(request: pytest.FixtureRequest) -> Flask:
    found: Flask = request.getfixturevalue(request.param)
    return found


def build(world: World) -> tuple[Announcement, dict[int, int]]:
    """The same district in the database, and which guardian is which adult."""
    district = DistrictFactory(time_zone=HOME)
    schools = [SchoolFactory(district=district, time_zone=HOME) for _ in range(2)]
    pool = MessagingServiceFactory(district=district, purpose=Purpose.ANNOUNCEMENT)
    PhoneNumberFactory(district=district, messaging_service_id=pool.id, purpose=Purpose.ANNOUNCEMENT, segments_per_second=1)
    author = StaffFactory(role=Role.DISTRICT_ADMIN, district=district)
    children = [StudentFactory(school=schools[one.school], grade=one.grade, is_active=one.is_active) for one in world.children]
    adults = [
        GuardianFactory(
            district_id=district.id, is_active=one.is_active, language=one.language, time_zone=one.zone, postal_code=one.postal_code
        )
        for one in world.adults
    ]
    for bond in world.bonds:
        GuardianshipFactory(
            student=children[bond.child], guardian=adults[bond.adult], priority=bond.priority, may_contact=bond.may_contact,
            is_active=bond.is_active,
        )  # fmt: skip
    for point in world.points:
        ContactPointFactory(
            guardian=adults[point.adult], address=point.address, kind=point.kind, health=point.health, priority=point.priority,
            is_active=point.is_active,
        )  # fmt: skip
    for wish in world.wishes:
        scope = f"service:{pool.id}" if wish.scope == POOL else wish.scope
        db.session.add(Consent(district_id=district.id, address=wish.address, scope=scope, kind=wish.kind, source="staff"))
        db.session.flush()
    audience: dict[str, Any] = {
        "schools": [schools[one].id for one in world.schools],
        "grades": [[schools[one].id, grade] for one, grade in world.grades],
        "students": [children[one].id for one in world.picked],
        "without_students": [children[one].id for one in world.without_children],
        "without_guardians": [adults[one].id for one in world.without_adults],
    }
    announcement = Announcement(
        district_id=district.id, author_id=author.id, audience=audience, send_to=world.send_to, fallback_language=world.fallback,
        texts=[AnnouncementText(channel="sms", language=language, body=f"In {language}.") for language in world.languages],
    )  # fmt: skip
    db.session.add(announcement)
    db.session.commit()
    return announcement, {guardian.id: number for number, guardian in enumerate(adults)}


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_the_plan_and_the_rows_are_what_plain_python_expects(app: Flask, world: World) -> None:
    db.session.rollback()
    announcement, adults = build(world)
    shown = planner.plan(announcement, db.session.get_one(StaffFactory._meta.model, announcement.author_id), AT)
    plan, right = shown.channels["sms"], expected(world, AT)
    assert plan.addresses == len(right.sent)
    assert plan.skipped == right.reasons
    assert shown.people == len(right.sent) + len(right.skipped)
    assert {hold.until: hold.people for hold in plan.held} == {moment.isoformat(): n for moment, n in right.held.items()}
    assert {one.language: one.people for one in plan.languages} == Counter(language for _, language in right.sent.values())

    small, stretch = expansion.SMALL, expansion.STRETCH
    expansion.SMALL, expansion.STRETCH = -1, 2  # in stretches, as for a million
    try:
        with transaction():
            announcement.state, announcement.plan = "preparing", shown.document()
        while not announcement.is_expanded:
            expansion.expand(announcement.id)
            db.session.expire_all()
    finally:
        expansion.SMALL, expansion.STRETCH = small, stretch
    rows = db.session.query(AnnouncementRecipient).filter_by(announcement_id=announcement.id).all()
    assert {adults[row.guardian_id or 0]: (row.address, row.language) for row in rows if row.reason is None} == right.sent
    assert {adults[row.guardian_id or 0]: row.reason for row in rows if row.reason is not None} == right.skipped
    assert len(rows) == len(right.sent) + len(right.skipped)
