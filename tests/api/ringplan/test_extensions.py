"""Extensions as other systems keep them, with a telephone system behind and without one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.accounts.models import Role, Staff
from app.accounts.scopes import Scope
from app.api.identifiers import id24
from app.api.ringplan.face import face
from app.core.database import db
from app.directory.models import School
from app.pbx.freepbx import FreePbx
from app.pbx.models import PbxExtension
from tests.api.client import ApiClient
from tests.factories import SchoolFactory, StaffFactory, api_key
from tests.pbx.telephone_system import CLIENT, SECRET, TelephoneSystem, telephone_system
from tests.query_counts import count_selects


@dataclass
class Company:
    """A company with an administrator and a teacher."""

    school: School
    admin: Staff
    teacher: Staff
    api: ApiClient
    uuid: str

    def add(self, number: int, name: str, **more: Any) -> Any:
        """A new extension."""
        data = {"id": number, "name": name, **more.pop("data", {})}
        return self.api.ask("createExtension", {"data": data, **more}, instance_uuid=self.uuid)

    def listed(self, **query: Any) -> list[int]:
        """The numbers of a list."""
        return [one["data"]["id"] for one in self.api.ask("listInstanceExtensions", query=query, instance_uuid=self.uuid).json]


@pytest.fixture
def company(app: Flask) -> Company:
    school = SchoolFactory(name="Lincoln Elementary")
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=school.district_id, name="Ada Admin")
    teacher = StaffFactory(role=Role.TEACHER, schools=[school], name="Zoe Okafor", email="zoe@example.org")
    db.session.commit()
    api = ApiClient(app, face, api_key(school.district_id, scopes=Scope), {"X-User-Id": "primary"})
    return Company(school, admin, teacher, api, api.ask("listInstances").json[0]["uuid"])


def test_extensions_are_added_found_replaced_and_deleted(company: Company) -> None:
    data = {"voicemail_email": "Zoe@example.org", "outboundcid": '"Lincoln" <5035550100>', "secret": "s3cret", "callerid": "Zoe <1001>"}
    made = company.add(1001, "Zoe Okafor", data=data, location_id=id24(company.school.uuid))
    assert made.status_code == 201
    one = made.json
    assert (one["user"]["first_name"], one["purpose"], one["data"]["secret"]) == ("Zoe", "softphone", "s3cret")
    assert one["outbound_callerid"] == {"name": "Lincoln", "number": "5035550100", "value": '"Lincoln" <5035550100>'}
    assert one["location_id"] == id24(company.school.uuid)
    company.add(1002, "Front desk", purpose="ip-phone")
    company.add(1003, "Annex")
    assert company.listed() == [1001, 1002, 1003]
    assert company.listed(filter_by="unassigned") == [1002, 1003]
    assert company.listed(filter_by="softphone") == [1001]
    assert company.listed(search="front") == company.listed(search="1002") == [1002]
    assert company.listed(by_user="on", page_size=1, page=1) == [1001]
    found = company.api.ask("findExtensions", query={"page_size": 2, "page": 2}, instance_uuid=company.uuid)
    assert ([each["data"]["id"] for each in found.json], "X-Pagination-Total-Count" in found.headers) == ([1003], False)
    theirs = company.api.ask("listUserExtensions", contact_id=id24(company.teacher.uuid)).json
    assert [each["_id"] for each in theirs] == [one["_id"]]
    ids = {"instance_uuid": company.uuid, "extension_id": one["_id"]}
    changed = company.api.ask("updateExtension", {"data": {"id": 1009, "name": "Ms. Okafor"}}, **ids)
    assert (changed.json["data"]["extension"], changed.json["user"], changed.json["data"].get("callerid")) == (1009, None, None)
    assert company.api.ask("deleteExtension", **ids).status_code == 204
    assert company.api.ask("deleteExtension", **ids).status_code == 404
    assert company.listed() == [1002, 1003]


def test_what_the_telephone_system_was_not_told_of_yet_is_nobodys(company: Company) -> None:
    assert company.add(1001, "Zoe Okafor", data={"voicemail_email": "zoe@example.org"}).status_code == 201
    zoe = {"contact_id": id24(company.teacher.uuid)}

    def users() -> Any:
        return company.api.ask("listUsers", query={"work_email": company.teacher.email}).json

    assert [one["extension"] and one["extension"]["number"] for one in users()] == [1001]
    db.session.execute(update(PbxExtension).values(is_written=False))
    db.session.commit()
    assert company.api.ask("listUserExtensions", **zoe).json == []
    assert [one["extension"] for one in users()] == [None]


def test_what_is_taken_or_makes_no_sense_is_refused(company: Company) -> None:
    company.add(1001, "Zoe Okafor", data={"voicemail_email": "zoe@example.org"})
    assert company.add(1001, "Somebody").status_code == 400
    assert "extension already" in company.add(1002, "Zoe", data={"voicemail_email": "zoe@example.org"}).json["detail"]
    for data in ({"id": 0, "name": "x"}, {"id": 1004}, {"id": 1004, "name": "x", "callerid": 5}, {"id": "1004", "name": "x"}):
        assert company.api.ask("createExtension", {"data": data}, instance_uuid=company.uuid).status_code == 400, data
    assert company.add(1004, "x", location_id="0" * 24).status_code == 400
    checked = {"instance_uuid": company.uuid}
    assert company.api.ask("checkExtension", {"id": 1005, "email": "new@example.org"}, **checked).status_code == 200
    for body in ({"id": 1001, "email": "new@example.org"}, {"id": 1005, "email": "zoe@example.org"}, None):
        assert company.api.ask("checkExtension", body, **checked).status_code == 400
    assert company.listed() == [1001]


def test_secrets_are_for_the_primary_user_and_the_phone_itself(app: Flask, company: Company) -> None:
    secrets = {"secret": "s3cret", "voicemail_vmpwd": "4711"}
    made = company.add(1001, "Zoe Okafor", data={"voicemail_email": "zoe@example.org", "transport": "0.0.0.0-tls", **secrets}).json
    query = {"instance_uuid": company.uuid, "extension_id": made["_id"]}
    config = company.api.ask("getExtensionConfig", query=query).json
    kept = json.dumps(db.session.scalars(select(PbxExtension.secrets)).one())
    assert "s3cret" not in kept
    assert "4711" not in kept
    assert (config["username"], config["password"], config["transport"], config["port"]) == ("1001", "s3cret", "tls", 5061)
    own = ApiClient(app, face, api_key(person=company.teacher), {"X-User-Id": id24(company.teacher.uuid)})
    assert own.ask("getExtensionConfig", query=query).json["password"] == "s3cret"
    listed = own.ask("findExtensions", instance_uuid=company.uuid).json
    assert [one["data"]["secret"] for one in listed] == [None]
    other = company.add(1002, "Front desk").json
    assert own.ask("getExtensionConfig", query={**query, "extension_id": other["_id"]}).status_code == 404
    assert own.ask("createExtension", {"data": {"id": 1, "name": "x"}}, instance_uuid=company.uuid).status_code == 403
    assert len(company.api.ask("getExtensionConfig", query={**query, "extension_id": other["_id"]}).json["password"]) == 24


def test_a_key_that_only_reads_people_learns_no_password(app: Flask, company: Company) -> None:
    made = company.add(1001, "Zoe Okafor", data={"voicemail_email": "zoe@example.org", "secret": "s3cret"}).json
    query = {"instance_uuid": company.uuid, "extension_id": made["_id"]}
    for scopes, person, status in (
        ([Scope.READ_PEOPLE], "primary", 403), ([Scope.READ_PEOPLE, Scope.CALL], "primary", 403),
        ([Scope.READ_PEOPLE], id24(company.teacher.uuid), 403), ([Scope.READ_PEOPLE, Scope.CALL], id24(company.teacher.uuid), 200),
    ):  # fmt: skip
        reader = ApiClient(app, face, api_key(company.school.district_id, scopes=scopes), {"X-User-Id": person})
        for answer in (
            reader.ask("listInstanceExtensions", instance_uuid=company.uuid),
            reader.ask("findExtensions", instance_uuid=company.uuid),
            reader.ask("listUserExtensions", contact_id=id24(company.teacher.uuid)),
        ):
            assert [one["data"]["secret"] for one in answer.json] == [None]
        assert reader.ask("getExtensionConfig", query=query).status_code == status, (scopes, person)


def test_strangers_find_no_telephone_system(app: Flask, company: Company) -> None:
    made = company.add(1001, "Zoe Okafor").json
    StaffFactory(role=Role.DISTRICT_ADMIN)
    stranger = ApiClient(app, face, api_key(scopes=Scope), {"X-User-Id": "primary"})
    ids = {"instance_uuid": company.uuid, "extension_id": made["_id"]}
    assert stranger.ask("listInstanceExtensions", instance_uuid=company.uuid).status_code == 404
    assert stranger.ask("updateExtension", {"data": {"id": 1, "name": "x"}}, **ids).status_code == 404
    assert stranger.ask("deleteExtension", **ids).status_code == 404
    assert stranger.ask("getExtensionConfig", query=ids).status_code == 404
    assert stranger.ask("listUserExtensions", contact_id=id24(company.teacher.uuid)).status_code == 404
    assert stranger.ask("listInstances").json[0]["uuid"] != company.uuid


def test_a_page_of_extensions_costs_the_same_however_long_it_is(company: Company) -> None:
    company.add(1001, "Zoe", data={"voicemail_email": "zoe@example.org"}, location_id=id24(company.school.uuid))

    def ask() -> TestResponse:
        return company.api.ask("listInstanceExtensions", instance_uuid=company.uuid)

    few = count_selects(ask)
    for number in range(1002, 1008):
        company.add(number, f"Desk {number}", location_id=id24(company.school.uuid))
    assert count_selects(ask) == few <= 12


@pytest.fixture
def machine(app: Flask, company: Company) -> Iterator[TelephoneSystem]:
    with telephone_system() as system:
        settings = app.extensions["settings"]
        app.extensions["settings"] = settings.model_copy(
            update={"freepbx_url": system.address, "freepbx_district": company.admin.district_id}
        )
        app.extensions["pbx"] = FreePbx(system.address, CLIENT, SECRET, 5)
        yield system


def test_a_telephone_system_that_fails_is_a_502_and_nothing_is_changed(company: Company, machine: TelephoneSystem) -> None:
    made = company.add(1001, "Zoe Okafor").json
    assert machine.extensions["1001"]["name"] == "Zoe Okafor"
    machine.is_broken = True
    ids = {"instance_uuid": company.uuid, "extension_id": made["_id"]}
    assert company.add(1002, "New").status_code == 502
    assert company.api.ask("updateExtension", {"data": {"id": 1001, "name": "x"}}, **ids).status_code == 502
    assert company.api.ask("deleteExtension", **ids).status_code == 502
    assert company.api.ask("getExtensionConfig", query=ids).status_code == 502
    assert company.listed() == [1001]
