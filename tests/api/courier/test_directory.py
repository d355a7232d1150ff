"""Organizations, individuals and their groups, and how this face refuses."""

from uuid import uuid4

from flask import Flask
from structlog.testing import capture_logs

from app.accounts.models.staff import StaffKind
from app.accounts.scopes import Scope
from app.api.courier.shapes.people import names_of
from tests.api.courier.house import courier_house
from tests.factories import GroupFactory, SchoolFactory, StaffFactory, family


def test_the_district_and_its_schools_are_organizations(app: Flask) -> None:
    here = courier_house(app)
    next_door = SchoolFactory(district=None, district_id=here.family.school.district_id, name="Zephyr Elementary")
    everything = here.client.ask("listOrganizations").json
    assert [each["attributes"]["classification"] for each in everything["data"]] == ["district", "school", "school"]
    assert everything["meta"] == {"page[limit]": 100, "page[offset]": 0, "page[total]": 3}
    one = here.client.ask("listOrganizations", query={"page[limit]": 1, "page[offset]": 2}).json["data"]
    assert [each["id"] for each in one] == [str(next_door.uuid)]
    found = here.client.ask("listOrganizations", query={"filter[name]": "zephyr"}).json["data"]
    assert [each["id"] for each in found] == [str(next_door.uuid)]
    assert here.client.ask("getOrganization", id=next_door.uuid).json["data"] == found[0]
    assert here.teacher.ask("getOrganization", id=next_door.uuid).status_code == 404
    assert here.client.ask("getOrganization", id=SchoolFactory().uuid).status_code == 404


def test_people_are_individuals_as_far_as_the_caller_sees_them(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    kinds = {"provider": people.teacher, "participant": people.guardian, "student": people.student}
    for kind, person in kinds.items():
        for client in (here.client, here.teacher):
            answer = client.ask("getIndividual", id=person.uuid)
            assert (answer.status_code, answer.json["data"]["attributes"]["account-type"]) == (200, kind)
    stranger = family(people.school)
    other = family()
    for person in (stranger.guardian, stranger.student):
        assert here.client.ask("getIndividual", id=person.uuid).status_code == 200
        assert here.teacher.ask("getIndividual", id=person.uuid).status_code == 404
    for person in (other.guardian, other.student, other.teacher):
        assert here.client.ask("getIndividual", id=person.uuid).status_code == 404
    assert here.client.ask("getIndividual", id=uuid4()).status_code == 404
    assert here.with_scopes(Scope.READ_TEXTS).ask("getIndividual", id=people.guardian.uuid).status_code == 403


def test_classes_and_saved_groups_are_individual_groups(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    group = GroupFactory(owner=people.teacher, students=[people.student])
    section = here.client.ask("getIndividualGroup", id=people.section.uuid).json["data"]["attributes"]
    assert (section["name"], section["organization-id"]) == (people.section.name, str(people.school.uuid))
    assert section["individuals"] == [{"id": str(people.student.uuid)}]
    assert section["leaders"] == [{"id": str(people.teacher.uuid)}]
    assert here.teacher.ask("getIndividualGroup", id=group.uuid).json["data"]["attributes"]["individuals"] == section["individuals"]
    assert here.client.ask("getIndividualGroup", id=group.uuid).status_code == 404, "nobody shared it"
    assert here.client.ask("getIndividualGroup", id=family().section.uuid).status_code == 404


def test_what_is_not_as_the_contract_says_is_named_with_its_place(app: Flask) -> None:
    here = courier_house(app)
    assert here.client.ask("listOrganizations", query={"page[limit]": 1001}).json["errors"][0]["source"] == {"parameter": "page[limit]"}
    for wrong in ("x", "1-2", str(uuid4())):
        answer = here.client.ask("getIndividual", id=wrong)
        assert answer.status_code in {400, 404}
        assert answer.json["errors"][0]["source"] == {"parameter": "id"}, answer.json
    misspelt = here.client.ask("listTexts", query={"account_id": "x"}).json["errors"][0]
    assert (misspelt["source"], misspelt["detail"]) == (
        {"parameter": "account_id"},
        "'account_id' is not known. Did you mean 'account-id'?",
    )


def test_what_the_house_does_not_do_is_said_and_has_not_failed(app: Flask) -> None:
    here = courier_house(app, scopes=list(Scope))
    with capture_logs() as lines:
        answer = here.client.ask("listAppCredentials")
    assert answer.status_code == 501
    assert [line["log_level"] for line in lines if line["event"] == "request.failed"] == ["info"], "nobody has to look after it"


def test_the_name_of_a_system_is_not_cut(app: Flask) -> None:
    here = courier_house(app)
    system = StaffFactory(name="All of it", kind=StaffKind.APPLICATION, schools=[here.family.school])
    assert names_of(system) == ("All of it", "")
    assert names_of(here.family.teacher)[1] == here.family.teacher.name.rpartition(" ")[2]
