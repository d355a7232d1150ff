"""Extensions: kept here, and in the telephone system where there is one; what that refuses is changed nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from structlog.testing import capture_logs

from app.accounts.models import AuditEvent, Role, Staff
from app.core.database import db, in_transaction
from app.pbx import queries, service
from app.pbx.errors import ExtensionTaken, PbxFailed, PersonHasOne
from app.pbx.freepbx import FreePbx, Line
from app.pbx.models import PbxExtension, PbxInstance
from app.pbx.queries import Narrowed
from app.pbx.service import Wish
from tests.factories import StaffFactory
from tests.pbx.telephone_system import CLIENT, SECRET, TelephoneSystem, telephone_system


@dataclass
class House:
    """A district with its system."""

    admin: Staff
    instance: PbxInstance


@pytest.fixture
def house(app: Flask) -> House:
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, name="Ada Admin", email="ada@example.org")
    db.session.commit()
    return House(admin, service.instance_for(admin.district_id))


@pytest.fixture
def machine(app: Flask, house: House) -> Iterator[TelephoneSystem]:
    with telephone_system() as system:
        settings = app.extensions["settings"]
        app.extensions["settings"] = settings.model_copy(
            update={"freepbx_url": system.address, "freepbx_district": house.admin.district_id}
        )
        app.extensions["pbx"] = FreePbx(system.address, CLIENT, SECRET, 5)
        yield system


def wish(number: int = 1001, **data: object) -> Wish:
    return Wish(number, "Ada Admin", data={"voicemail_email": "ada@example.org", "callerid": "Ada <1001>", **data})


def test_a_district_keeps_its_extensions_without_a_telephone_system(house: House) -> None:
    one = service.add(house.admin, house.instance, wish(secret="s3cret"))
    assert (one.staff_id, one.purpose, one.data) == (
        house.admin.id, "softphone", {"voicemail_email": "ada@example.org", "callerid": "Ada <1001>"},
    )  # fmt: skip
    assert service.secret_for(one) == "s3cret"
    with pytest.raises(ExtensionTaken):
        service.add(house.admin, house.instance, Wish(1001, "Somebody else"))
    with pytest.raises(PersonHasOne):
        service.add(house.admin, house.instance, wish(1002))
    with pytest.raises(PersonHasOne):
        service.check(house.admin, house.instance, 1003, "ADA@example.org")
    two = service.add(house.admin, house.instance, Wish(1002, "Front desk"))
    assert two.purpose == "unassigned"
    assert len(service.secret_for(two)) == 24
    assert service.secret_for(two) != service.secret_known(one)
    rows, total = queries.listed(house.instance.id, Narrowed(search="front"), page=1, size=20)
    assert ([row[0].number for row in rows], total) == ([1002], 1)
    rows, total = queries.listed(house.instance.id, Narrowed(by_user=True), page=1, size=1)
    assert ([row[0].number for row in rows], total) == ([1001], 2)
    service.replace(house.admin, two, Wish(1005, "Reception"))
    with pytest.raises(ExtensionTaken):
        service.replace(house.admin, two, Wish(1001, "Reception"))
    service.delete(house.admin, one)
    assert [row.number for row in db.session.query(PbxExtension)] == [1005]
    assert db.session.query(AuditEvent).filter(AuditEvent.action.like("pbx.%")).count() == 4


def test_a_stranger_sees_no_telephone_system_of_another_district(house: House) -> None:
    stranger = StaffFactory(role=Role.DISTRICT_ADMIN)
    one = service.add(house.admin, house.instance, wish())
    for ask in (
        lambda: queries.instance_visible_to(stranger, house.instance.uuid),
        lambda: queries.extension_visible_to(stranger, PbxExtension.id == one.id),
    ):
        with pytest.raises(Exception, match="nothing here"):
            ask()
    assert queries.owner_of(stranger.district_id, "ada@example.org") is None


def test_the_telephone_system_is_told_first(house: House, machine: TelephoneSystem) -> None:
    one = service.add(house.admin, house.instance, wish(secret="chosen"))
    assert one.is_written
    assert machine.extensions["1001"]["name"] == "Ada Admin"
    assert service.secret_for(one) == "chosen"
    changed = service.replace(house.admin, one, wish(1010))
    assert (set(machine.extensions), changed.number) == ({"1010"}, 1010)
    assert service.secret_for(changed) == "made-for-1010"
    service.delete(house.admin, changed)
    assert machine.extensions == {}
    assert (machine.reloads, machine.tokens) == (4, 1)
    elsewhere = StaffFactory(role=Role.DISTRICT_ADMIN)
    db.session.commit()
    service.add(elsewhere, service.instance_for(elsewhere.district_id), Wish(1001, "Not theirs"))
    assert machine.extensions == {}


@pytest.mark.parametrize("trouble", ["is_broken", "refuses"])
def test_what_the_telephone_system_refuses_is_changed_nowhere(house: House, machine: TelephoneSystem, trouble: str) -> None:
    one = service.add(house.admin, house.instance, wish())
    setattr(machine, trouble, True)
    for act in (
        lambda: service.add(house.admin, house.instance, Wish(1002, "New")), lambda: service.replace(house.admin, one, wish(1003)),
        lambda: service.delete(house.admin, one),
    ):  # fmt: skip
        with pytest.raises(PbxFailed):
            act()
        assert not in_transaction()
    assert [(row.number, row.is_written) for row in db.session.query(PbxExtension)] == [(1001, True)]


@pytest.mark.parametrize("trouble", ["repeats", "refuses"])
def test_no_password_is_logged_that_the_telephone_system_repeats(house: House, machine: TelephoneSystem, trouble: str) -> None:
    setattr(machine, trouble, True)
    with capture_logs() as lines, pytest.raises(PbxFailed):
        service.add(house.admin, house.instance, wish(secret="s3cret", voicemail_vmpwd="4711"))
    [line] = [line for line in lines if line["event"].startswith("pbx.")]
    assert not any(each in str(line) for each in ("s3cret", "4711", "ada@example.org", "Ada"))
    assert "addExtension" in str(line)


def test_an_address_where_nobody_answers_is_a_failure_of_the_telephone_system() -> None:
    with pytest.raises(PbxFailed):
        FreePbx("http://127.0.0.1:9", CLIENT, SECRET, 0.5).put(Line(1, "x", ""))


def test_what_a_killed_process_began_is_taken_over(house: House) -> None:
    db.session.add(
        PbxExtension(district_id=house.admin.district_id, instance_id=house.instance.id, number=1001, name="x", is_written=False)
    )
    db.session.commit()
    with pytest.raises(ExtensionTaken):
        service.add(house.admin, house.instance, wish())
    begun = db.session.query(PbxExtension).one()
    begun.created_at -= 2 * service.ABANDONED
    db.session.commit()
    assert service.add(house.admin, house.instance, wish()).name == "Ada Admin"
