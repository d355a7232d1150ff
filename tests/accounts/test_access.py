"""Other systems: their keys, what these open, and that an application is no person anywhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from app.accounts import queries, service
from app.accounts.callbacks import basic_auth_for, basic_auth_of
from app.accounts.callers import caller_of
from app.accounts.errors import CallbackUnusable, KeyUnusable, LastAdmin, NotYoursToManage
from app.accounts.models import ApiKey, AuditEvent, Bearer, BearerType, Role, Staff, StaffStatus
from app.accounts.scopes import Scope
from app.calls.queries import colleagues_with_phone
from app.conversations.queries_people import colleagues
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.directory.models import School
from tests.factories import SchoolFactory, StaffFactory, api_bearer, api_key, thread
from tests.query_counts import statements

from .conftest import log_in


def test_a_key_opens_what_its_type_its_role_and_its_scopes_allow_together(school: School, teacher: Staff) -> None:
    everything = caller_of(api_key(school.district_id, bearer_type=BearerType.ADMIN))
    program = caller_of(api_key(school.district_id))
    at_school = caller_of(api_key(school.district_id, schools=[school]))
    narrow = caller_of(api_key(school.district_id, scopes=[Scope.SEND_TEXTS]))
    person = caller_of(api_key(person=teacher))
    team = caller_of(api_key(school.district_id, bearer_type=BearerType.USER, name="Front office"))
    assert everything is not None
    assert everything.scopes == frozenset(Scope)
    assert program is not None
    assert program.scopes == frozenset(Scope) - {Scope.MANAGE}
    assert at_school is not None
    assert at_school.staff.school_ids == [school.id]
    assert not at_school.may(Scope.WEBHOOKS)
    assert at_school.may(Scope.ANNOUNCE)
    assert narrow is not None
    assert narrow.scopes == {Scope.SEND_TEXTS}
    assert person is not None
    assert person.staff.id == teacher.id
    assert not person.may(Scope.WRITE_PEOPLE)
    assert person.may(Scope.SEND_TEXTS)
    assert team is not None
    assert team.staff.role == Role.OFFICE
    assert team.staff.school_ids == [school.id]
    assert team.staff.name == "Front office"
    assert program.district_id == school.district_id
    assert not program.staff.is_person


def test_a_system_whose_type_changes_gets_what_a_new_one_of_that_type_has(school: School, admin: Staff) -> None:
    next_door = SchoolFactory(district_id=school.district_id, district=None)
    db.session.commit()
    whole, narrow = api_bearer(school.district_id)[0], api_bearer(school.district_id, schools=[school])[0]

    def become(bearer: Bearer, kind: BearerType) -> tuple[str, list[int]]:
        service.update_bearer(admin, bearer.id, bearer_type=kind)
        acts = db.session.get_one(Staff, bearer.staff_id, populate_existing=True)
        return acts.role, sorted(acts.school_ids)

    everywhere = sorted([school.id, next_door.id])
    assert become(whole, BearerType.USER) == (Role.OFFICE, everywhere)
    assert become(whole, BearerType.APPLICATION) == (Role.SCHOOL_ADMIN, everywhere), "no more than it had"
    assert become(whole, BearerType.ADMIN)[0] == Role.DISTRICT_ADMIN
    assert become(narrow, BearerType.USER) == (Role.OFFICE, [school.id])
    assert become(narrow, BearerType.ADMIN)[0] == Role.DISTRICT_ADMIN
    assert become(narrow, BearerType.APPLICATION) == (Role.SCHOOL_ADMIN, [school.id]), "its schools were kept"


def test_a_key_that_ended_opens_nothing(school: School, admin: Staff, teacher: Staff) -> None:
    bearer, token = api_bearer(school.district_id)
    other = service.create_key(admin, bearer.id, expires_at=now() + timedelta(hours=1))
    assert caller_of(token) is not None
    assert caller_of(other.token) is not None
    assert caller_of("") is None
    assert caller_of("hr_live_nothing") is None
    assert caller_of("x" * 100_000) is None
    assert caller_of("ü\x00") is None
    db.session.execute(update(ApiKey).where(ApiKey.id == other.key.id).values(expires_at=now() - timedelta(seconds=1)))
    db.session.commit()
    assert caller_of(other.token) is None
    service.revoke_key(admin, caller_of(token).key.id)  # type: ignore[union-attr]  # it is there, as was just seen
    assert caller_of(token) is None
    third = service.create_key(admin, bearer.id)
    service.delete_bearer(admin, bearer.id)
    assert caller_of(third.token) is None
    assert db.session.get_one(Staff, bearer.staff_id, populate_existing=True).status == StaffStatus.DEACTIVATED
    with pytest.raises(NotVisible):
        service.create_key(admin, bearer.id)
    acts = api_key(person=teacher)
    service.deactivate(admin, teacher.id)
    assert caller_of(acts) is None


def test_a_replaced_key_goes_on_for_a_week_and_its_successor_opens_the_same(school: School, admin: Staff) -> None:
    token = api_key(school.district_id, scopes=[Scope.SEND_TEXTS, Scope.READ_PEOPLE])
    old = caller_of(token)
    assert old is not None
    new = service.replace_key(admin, old.key.id)
    after, successor = caller_of(token), caller_of(new.token)
    assert after is not None
    assert after.key.expires_at is not None
    assert successor is not None
    assert timedelta(days=6) < after.key.expires_at - now() <= timedelta(days=7)
    assert successor.scopes == old.scopes
    assert successor.key.expires_at is None
    assert successor.bearer.id == old.bearer.id


def test_who_replaces_a_key_that_ends_has_one_that_ends_as_well(school: School, admin: Staff) -> None:
    bearer, _token = api_bearer(school.district_id)
    ends = now() + timedelta(days=2)
    old = service.create_key(admin, bearer.id, expires_at=ends).key
    new = service.replace_key(admin, old.id).key
    assert new.expires_at is not None
    assert timedelta(days=1) < new.expires_at - now() <= timedelta(days=2)
    db.session.refresh(old)
    assert old.expires_at == ends


def test_the_last_use_is_written_once_a_minute_and_never_within_a_change(school: School) -> None:
    token = api_key(school.district_id)
    with transaction():
        assert caller_of(token) is not None
    used = select(ApiKey.last_used_at)
    assert db.session.scalar(used) is None
    caller_of(token)
    first = db.session.scalar(used)
    caller_of(token)
    assert first is not None
    assert db.session.scalar(used) == first
    db.session.execute(update(ApiKey).values(last_used_at=now() - timedelta(minutes=2)))
    db.session.commit()
    caller_of(token)
    assert (db.session.scalar(used) or first) > first - timedelta(seconds=1)


def test_who_asks_is_one_look_into_an_index(school: School) -> None:
    token = api_key(school.district_id)
    caller_of(token)
    with statements() as seen:
        caller_of(token)
    assert len(seen) == 1
    plan = db.session.execute(text("EXPLAIN QUERY PLAN SELECT 1 FROM api_keys WHERE token_hash = 'x'")).all()
    assert "USING COVERING INDEX" in plan[0][3] or "USING INDEX" in plan[0][3]


def test_the_token_and_the_callbacks_password_are_nowhere_in_the_table(school: School, admin: Staff, app: Flask) -> None:
    callback = service.Callback("https://sis.example/hooks", "homeroom", "opens the door")
    bearer, token = api_bearer(school.district_id, callback=callback)
    db.session.commit()
    rows = [
        str(tuple(row)) for table in ("bearers", "api_keys", "audit_events") for row in db.session.execute(text(f"SELECT * FROM {table}"))
    ]
    assert rows
    assert not [row for row in rows if token in row or "opens the door" in row]
    kept = db.session.get_one(Bearer, bearer.id, populate_existing=True)
    assert basic_auth_of(kept) == ("homeroom", "opens the door")
    assert basic_auth_for(kept, "https://sis.example/other") == ("homeroom", "opens the door")
    assert basic_auth_for(kept, "https://evil.example/hooks") is None
    kept.callback_url = None
    assert basic_auth_for(kept, "https://evil.example/hooks") is None, "it was given for no server at all"
    db.session.rollback()
    key = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = key + "!"
    try:
        assert basic_auth_of(kept) is None
    finally:
        app.config["SECRET_KEY"] = key
    for wrong in ("ftp://sis.example", "https://user:word@sis.example/", "https:///x", "https://[::", "javascript:alert(1)"):
        with pytest.raises(CallbackUnusable):
            service.update_bearer(admin, bearer.id, callback=service.Callback(wrong))
    changed = service.update_bearer(admin, bearer.id, name="Bells", callback=service.Callback(username=""))
    assert changed.callback_url == "https://sis.example/hooks"
    assert changed.callback_username is None
    assert db.session.get_one(Staff, bearer.staff_id, populate_existing=True).name == "Bells"


def test_only_a_district_admin_lets_systems_in_and_only_into_the_own_district(school: School, principal: Staff, admin: Staff) -> None:
    bearer, _token = api_bearer(school.district_id)
    elsewhere = SchoolFactory()
    foreign, _other = api_bearer(elsewhere.district_id)
    with pytest.raises(NotYoursToManage):
        service.create_bearer(principal, name="x", bearer_type=BearerType.APPLICATION)
    with pytest.raises(NotYoursToManage):
        service.create_key(principal, bearer.id)
    with pytest.raises(NotYoursToManage):
        service.create_bearer(admin, name="x", bearer_type=BearerType.APPLICATION, school_ids=[elsewhere.id])
    for act in (service.delete_bearer, service.update_bearer, service.create_key):
        with pytest.raises(NotVisible):
            act(admin, foreign.id)
    with pytest.raises(KeyUnusable):
        service.create_key(admin, bearer.id, scopes=[])
    with pytest.raises(KeyUnusable):
        service.create_key(admin, bearer.id, expires_at=now())
    asking = service.create_key(admin, bearer.id, scopes=[Scope.SEND_TEXTS]).key
    small = service.create_key(admin, bearer.id, asking=asking)
    assert small.key.scopes == {Scope.SEND_TEXTS}


def test_each_act_is_a_line_of_the_audit_log(school: School, admin: Staff) -> None:
    bearer, _token = api_bearer(school.district_id)
    key = service.create_key(admin, bearer.id)
    service.revoke_key(admin, service.replace_key(admin, key.key.id).key.id)
    service.update_bearer(admin, bearer.id, name="Bells")
    service.delete_bearer(admin, bearer.id)
    acts = list(db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("%key%") | AuditEvent.action.like("bearer%"))))
    assert acts == [
        "bearer.created", "api_key.created", "api_key.created", "api_key.replaced", "api_key.revoked", "bearer.changed", "bearer.deleted"
    ]  # fmt: skip


def test_an_application_never_signs_in_and_is_no_person_of_any_list(
    school: School, admin: Staff, client: FlaskClient, mailbox: Callable[[], list[str]]
) -> None:
    bearer, _token = api_bearer(school.district_id, schools=[school], name="Zebra sync")
    program = db.session.get_one(Staff, bearer.staff_id)
    program.phone = "+15035550111"
    conversation = thread().conversation
    conversation.district_id, conversation.school_id = school.district_id, school.id
    db.session.commit()
    assert "Zebra sync" not in str([row.name for row in colleagues(conversation)])
    assert program.id not in [one.id for one in colleagues_with_phone(admin)]
    assert program.id not in [row.staff.id for row in queries.staff_page(admin).rows]
    assert program.id not in [one.id for one in queries.everybody(school.district_id)]
    with pytest.raises(NotVisible):
        service.mail_reset_link(admin, program.id)
    service.request_reset(program.email)
    assert mailbox() == []
    assert "doesn’t match this email" in log_in(client, program.email, "anything at all").get_data(as_text=True)


def test_a_program_with_every_right_does_not_count_as_the_last_admin(school: School, admin: Staff) -> None:
    api_key(school.district_id, bearer_type=BearerType.ADMIN)
    second = StaffFactory(district=None, district_id=school.district_id, role=Role.DISTRICT_ADMIN)
    db.session.commit()
    service.deactivate(admin, second.id)
    with pytest.raises(LastAdmin):
        service.change_staff(admin, admin.id, role=Role.OFFICE, school_ids=[school.id])
