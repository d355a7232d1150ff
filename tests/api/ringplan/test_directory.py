"""Company, users and locations: whom a key speaks for, what its acting user may see and change, and what the house refuses."""

import pytest
from flask import Flask

from app.accounts.models import OneTimeToken, Role, Staff, StaffStatus
from app.accounts.scopes import Scope
from app.api.identifiers import id24
from app.api.ringplan.face import face
from app.core.database import db
from app.directory.models import District, School
from tests.api.client import ApiClient
from tests.factories import SchoolFactory, StaffFactory, StudentFactory, api_bearer, api_key
from tests.query_counts import count_selects

PRIMARY = {"X-User-Id": "primary"}


def acting(staff: Staff) -> dict[str, str]:
    return {"X-User-Id": id24(staff.uuid)}


@pytest.fixture
def school(app: Flask) -> School:
    return SchoolFactory(name="Lincoln")


@pytest.fixture
def admin(school: School) -> Staff:
    return StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=school.district_id, name="Thandi Mokoena")


@pytest.fixture
def api(app: Flask, admin: Staff) -> ApiClient:
    return ApiClient(app, face, api_key(admin.district_id, bearer_type="Admin"), PRIMARY)


def test_the_key_of_a_person_speaks_for_nobody_else(app: Flask) -> None:
    admin = StaffFactory(role=Role.DISTRICT_ADMIN)
    other = StaffFactory(role=Role.TEACHER, district=None, district_id=admin.district_id)
    hers, program = api_key(person=admin), api_key(admin.district_id)
    for token, person, status in ((hers, other, 401), (hers, admin, 200), (program, other, 200)):
        asking = ApiClient(app, face, token, {"X-User-Id": id24(person.uuid)})
        assert asking.ask("getCompany").status_code == status, (person.name, status)


def test_both_headers_are_needed_and_name_somebody_of_the_company(app: Flask, api: ApiClient, admin: Staff, school: School) -> None:
    teacher = StaffFactory(role=Role.TEACHER, schools=[school])
    gone = StaffFactory(role=Role.TEACHER, schools=[school], status=StaffStatus.DEACTIVATED)
    elsewhere = StaffFactory(role=Role.DISTRICT_ADMIN)
    db.session.commit()
    assert api.ask("getCompany").json["id"] == id24(db.session.get_one(District, admin.district_id).uuid)
    assert api.ask("getCompany", headers=acting(teacher)).status_code == 200
    for wrong in (
        acting(gone),
        acting(elsewhere),
        {"X-User-Id": ""},
        {"X-User-Id": "PRIMARY"},
        {"X-User-Id": "0" * 24},
        {"X-User-Id": "x"},
    ):
        assert api.ask("getCompany", headers=wrong).status_code == 401, wrong
    assert ApiClient(app, face, None, PRIMARY).ask("getCompany").status_code == 401
    assert ApiClient(app, face, api.token, {}).ask("getCompany").status_code == 401


def test_a_key_of_a_person_or_of_some_schools_speaks_for_nobody_else(app: Flask, admin: Staff, school: School) -> None:
    teacher = StaffFactory(role=Role.TEACHER, schools=[school])
    own = ApiClient(app, face, api_key(person=teacher))
    assert own.ask("getCompany", headers=acting(teacher)).status_code == 200
    assert own.ask("getCompany", headers=PRIMARY).status_code == 200
    assert own.ask("updateCompany", {"name": "x"}, headers=PRIMARY).status_code == 403, "by this name, too, she is herself"
    refused = own.ask("getCompany", headers=acting(admin))
    assert (refused.status_code, id24(teacher.uuid) in refused.json["detail"]) == (401, True)
    bearer, token = api_bearer(admin.district_id, schools=[school])
    program = ApiClient(app, face, token)
    assert program.ask("getCompany", headers=PRIMARY).status_code == 200
    assert program.ask("getCompany", headers=acting(admin)).status_code == 401
    assert program.ask("getCompany", headers=acting(db.session.get_one(Staff, bearer.staff_id))).status_code == 200


def test_acting_for_somebody_gives_no_more_than_their_role_and_the_key(app: Flask, api: ApiClient, admin: Staff, school: School) -> None:
    teacher = StaffFactory(role=Role.TEACHER, schools=[school])
    assert api.ask("updateCompany", {"name": "x"}, headers=acting(teacher)).status_code == 403
    second = StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=admin.district_id)
    assert api.ask("updateCompany", {"name": "x"}, headers=acting(second)).status_code == 403  # not the primary one
    reader = ApiClient(app, face, api_key(admin.district_id, scopes=[Scope.READ_PEOPLE]), PRIMARY)
    assert reader.ask("updateCompany", {"name": "x"}).status_code == 403


def test_the_company_takes_what_is_said_of_it(api: ApiClient, admin: Staff) -> None:
    said = {"name": " Cedar  Valley ", "address": {"city": "Salem"}, "website": "https://cedar.example", "status": "closed", "id": "0" * 24}
    changed = api.ask("updateCompany", said).json
    assert (changed["name"], changed["status"], changed["website"]) == ("Cedar Valley", "active", "https://cedar.example")
    assert changed["employees"] == 1
    again = api.ask("updateCompany", {"address": {"zip": "97301"}}).json
    assert (again["address"], again["id"]) == ({"city": "Salem", "zip": "97301"}, changed["id"])
    assert api.ask("updateCompany", {"name": " "}).status_code == 400
    assert api.ask("updateCompany", {"description": "x" * 501}).status_code == 400
    assert api.ask("updateCompany", {"affiliate": "yes"}).status_code == 400
    assert db.session.get_one(District, admin.district_id).name == "Cedar Valley"


def test_users_are_invited_changed_and_let_go(api: ApiClient, admin: Staff, school: School) -> None:
    body = {"first_name": "Ana", "last_name": "Lee", "contacts": {"email": "ana@x.test", "phones": {"work": "15035550100"}}, "title": "Ms"}
    made = api.ask("createUser", body)
    assert made.status_code == 201
    ana = db.session.query(Staff).filter_by(email="ana@x.test").one()
    assert (ana.name, ana.role, ana.status, ana.school_ids) == ("Ana Lee", Role.TEACHER, StaffStatus.INVITED, [school.id])
    assert made.json["invitation"]["status"] == "pending"
    assert db.session.query(OneTimeToken).filter_by(staff_id=ana.id).count() == 1
    assert made.json["contacts"]["phones"] == {"home": None, "mobile": None, "other": None, "work": "15035550100"}
    assert api.ask("createUser", body).status_code == 400
    assert api.ask("createUser", {"first_name": "No", "contacts": {}}).status_code == 400
    assert api.ask("createUser", {**body, "role": "district_admin", "location_ids": ["0" * 24]}).status_code == 400
    ana.status = StaffStatus.ACTIVE
    name = id24(ana.uuid)
    renamed = api.ask("updateUser", {"last_name": "Lee-Smith", "role": "office"}, contact_id=name).json
    assert (renamed["first_name"], renamed["last_name"], renamed["activated"]) == ("Ana", "Lee-Smith", True)
    assert db.session.get_one(Staff, ana.id).role == Role.OFFICE
    assert api.ask("updateUser", {"contacts": {"email": "other@x.test"}}, contact_id=name).status_code == 400
    ring = {"contacts": {"phones": {"mobile": "15035550142"}}}
    assert api.ask("updateUser", ring, contact_id=name).status_code == 403
    own = api.ask("updateUser", ring, contact_id=name, headers=acting(ana)).json
    assert (own["contacts"]["phones"]["mobile"], db.session.get_one(Staff, ana.id).phone) == ("15035550142", "+15035550142")
    assert api.ask("updateUser", {"role": "district_admin"}, contact_id=name, headers=acting(ana)).status_code == 403
    assert api.ask("updateUser", {"title": "Dr"}, contact_id=id24(admin.uuid), headers=acting(ana)).status_code == 404
    assert api.ask("deleteUser", contact_id=name, headers=acting(ana)).status_code == 403
    gone = api.ask("deleteUser", contact_id=name)
    assert (gone.status_code, gone.json["title"]) == (200, "Ms")
    assert db.session.get_one(Staff, ana.id).status == StaffStatus.DEACTIVATED
    assert api.ask("deleteUser", contact_id=name).status_code == 404
    assert api.ask("deleteUser", contact_id=id24(admin.uuid)).status_code == 406  # the last administrator


def test_who_may_write_people_manages_no_users(app: Flask, admin: Staff, school: School) -> None:
    teacher = StaffFactory(role=Role.TEACHER, schools=[school])
    for scopes in ([Scope.READ_PEOPLE, Scope.WRITE_PEOPLE], None):  # None: all that an application gets
        writer = ApiClient(app, face, api_key(admin.district_id, scopes=scopes), PRIMARY)
        for said in ({"role": "district_admin"}, {"activated": False}, {"title": "Dr"}, {"location_ids": []}, {"first_name": "X"}):
            refused = writer.ask("updateUser", said, contact_id=id24(teacher.uuid))
            assert (refused.status_code, said) == (403, said)
        assert writer.ask("updateUser", {"last_name": "Admin"}, contact_id=id24(admin.uuid)).status_code == 403
        assert writer.ask("updateUser", {"title": "Dr"}, contact_id=id24(admin.uuid)).json["title"] == "Dr"
    kept = db.session.get_one(Staff, teacher.id, populate_existing=True)
    assert (kept.role, kept.status) == (Role.TEACHER, StaffStatus.ACTIVE)


def test_users_are_listed_page_by_page_at_the_same_cost(api: ApiClient, admin: Staff, school: School) -> None:
    for number in range(5):
        StaffFactory(role=Role.TEACHER, schools=[school], name=f"Teacher {number}")
    StaffFactory(role=Role.TEACHER, name="Elsewhere")
    answer = api.ask("listUsers", query={"items_per_page": 2, "page": 2})
    assert [each["last_name"] for each in answer.json] == ["2", "3"]
    assert (answer.headers["X-Pagination-Total-Count"], answer.headers["X-Pagination-Page-Count"]) == ("6", "3")
    assert len(api.ask("listUsers", query={"first_name": "teacher"}).json) == 5
    assert len(api.ask("listUsers", query={"work_email": admin.email.upper()}).json) == 1
    nobody = api.ask("listUsers", query={"first_name": "Elsewhere"})
    assert (nobody.status_code, nobody.headers["X-Pagination-Total-Count"]) == (204, "0")
    assert api.ask("listUsers", query={"page": 0}).status_code == 400
    few = count_selects(lambda: api.ask("listUsers", query={"items_per_page": 1}))
    assert count_selects(lambda: api.ask("listUsers", query={"items_per_page": 100})) == few <= 10


def test_locations_are_schools(api: ApiClient, school: School) -> None:
    made = api.ask("createLocation", {"name": "Annex", "country": "United States", "phone": "15035550177", "latitude": 45.5}).json
    assert (made["phone"], made["latitude"], made["e911_provisioned"]) == ("15035550177", 45.5, False)
    assert [each["name"] for each in api.ask("listLocations").json] == ["Annex", "Lincoln"]
    changed = api.ask("updateLocation", {"city": "Salem", "name": "Annex North"}, location_id=made["id"]).json
    assert (changed["city"], changed["name"], changed["phone"]) == ("Salem", "Annex North", "15035550177")
    StudentFactory(school=school)
    assert api.ask("deleteLocation", location_id=id24(school.uuid)).status_code == 400  # students are there
    assert api.ask("deleteLocation", location_id=made["id"]).json["name"] == "Annex North"
    assert api.ask("deleteLocation", location_id=made["id"]).status_code == 404
    teacher = StaffFactory(role=Role.TEACHER, schools=[school])
    assert [each["name"] for each in api.ask("listLocations", headers=acting(teacher)).json] == ["Lincoln"]
    foreign = SchoolFactory()
    assert api.ask("updateLocation", {"city": "x"}, location_id=id24(foreign.uuid)).status_code == 404
    assert api.ask("createLocation", {"name": "x", "country": "US"}, headers=acting(teacher)).status_code == 403
    assert api.ask("createLocation", {"name": "x", "country": "US", "phone": "1"}).status_code == 400
