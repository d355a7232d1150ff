"""Faxes as other systems list, mark and delete them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.accounts.models import AuditEvent, Role
from app.api.identifiers import id24
from app.api.ringplan.face import face
from app.core.clock import now
from app.core.database import db
from app.directory.models import District, School
from app.fax.models import Fax, FaxDestination, FaxStatus
from tests.api.client import ApiClient
from tests.factories import SchoolFactory, StaffFactory, api_key, fax
from tests.factories.faxes import FaxFactory, fax_number
from tests.query_counts import count_selects

ACTING = {"X-User-Id": "primary"}


@pytest.fixture
def school(app: Flask) -> School:
    return SchoolFactory(name="Lincoln Elementary")


@pytest.fixture
def api(app: Flask, school: School) -> ApiClient:
    return ApiClient(app, face, api_key(school.district_id), ACTING)


def sent(school: School, **fields: object) -> Fax:
    usual = {"direction": "out", "status": FaxStatus.SENT, "provider_id": None, "own_name": "Lincoln Elementary", "station": ""}
    return FaxFactory(school=school, phone_number_id=fax_number(school).id, **(usual | fields))


def names(answer: object) -> list[str]:
    return [one["from_name"] for one in answer.json]


def test_received_faxes_are_found_by_whatever_the_contract_names(api: ApiClient, school: School) -> None:
    first = fax(school, name="Cascade Pediatrics", address="+15035550171", subject="Immunizations", created_at=now() - timedelta(days=3))
    fax(school, name="Family Court", address="+12065550188", subject="Order", read_at=now(), pages=3)
    fax(school, name="", station="", address="", subject="Who knows", created_at=now() - timedelta(days=1))
    everything = api.ask("listInboundFaxes")
    assert names(everything) == [None, "Family Court", "Cascade Pediatrics"]
    assert everything.headers["X-Pagination-Total-Count"] == "3"
    one = everything.json[2]
    assert (one["id"], one["from"], one["status"], one["is_read"], one["file"]) == (id24(first.uuid), "5035550171", "received", False, None)
    day = (now() - timedelta(days=2)).astimezone(ZoneInfo(db.session.get_one(District, school.district_id).time_zone)).date().isoformat()
    for query, expected in (
        ({"number": "555-0188"}, ["Family Court"]), ({"number": "5550188", "undefined": "true"}, [None, "Family Court"]),
        ({"name": "cascade"}, ["Cascade Pediatrics"]), ({"is_read": "true"}, ["Family Court"]), ({"subject": "order"}, ["Family Court"]),
        ({"is_read": "false"}, [None, "Cascade Pediatrics"]), ({"search": "immunization cascade"}, ["Cascade Pediatrics"]),
        ({"start_date": day}, [None, "Family Court"]), ({"end_date": day}, ["Cascade Pediatrics"]),
        ({"sort": ["-pages", "from"]}, ["Family Court", None, "Cascade Pediatrics"]), ({"per_page": 1, "page": 2}, ["Family Court"]),
        ({"sort": "created_at"}, ["Cascade Pediatrics", None, "Family Court"]), ({"page": 1000000}, []), ({"number": "%"}, []),
    ):  # fmt: skip
        assert names(api.ask("listInboundFaxes", query=query)) == expected, query
    for query in ({"per_page": 101}, {"page": 0}, {"sort": "id"}, {"start_date": "2026-02-30"}, {"is_read": "perhaps"}):
        assert api.ask("listInboundFaxes", query=query).status_code == 400, query


def test_a_list_costs_the_same_however_long_it_is(api: ApiClient, school: School) -> None:
    few = count_selects(lambda: api.ask("listInboundFaxes", query={"search": "nothing"}))
    for number in range(5):
        fax(school, provider_id=f"many{number}")
    assert count_selects(lambda: api.ask("listInboundFaxes", query={"per_page": 100})) <= few <= 6


def test_a_received_fax_is_read_renamed_and_hidden_in_one_call(api: ApiClient, school: School) -> None:
    one = fax(school, name="Unknown")
    number = id24(one.uuid)
    changed = api.ask(
        "updateInboundFax", {"is_read": True, "from_name": "Cascade", "to_name": "Nurse", "subject": "Shots", "is_hidden": True},
        fax_message_id=number,
    )  # fmt: skip
    assert (changed.status_code, changed.json["from_name"], changed.json["to_name"], changed.json["subject"]) == (
        200,
        "Cascade",
        "Nurse",
        "Shots",
    )
    assert (changed.json["is_read"], changed.json["is_hidden"]) == (True, True)
    assert api.ask("getFaxStatistics").json == {"inbound": 0, "inbound_hidden": 1, "outbound": 0}
    assert api.ask("updateInboundFax", {"is_read": False, "is_hidden": False}, fax_message_id=number).json["is_read"] is False
    assert {"fax.renamed", "fax.addressed", "fax.hidden"} <= {row.action for row in db.session.query(AuditEvent)}
    for body in ({}, {"is_read": "yes"}, {"subject": "x" * 256}, []):
        assert api.ask("updateInboundFax", body, fax_message_id=number).status_code == 400


def test_a_fax_is_deleted_unless_a_legal_hold_keeps_it(api: ApiClient, school: School) -> None:
    one, held = fax(school), fax(school, held_at=now())
    assert api.ask("deleteInboundFax", fax_message_id=id24(one.uuid)).status_code == 204
    assert api.ask("deleteInboundFax", fax_message_id=id24(one.uuid)).status_code == 404
    refused = api.ask("deleteInboundFax", fax_message_id=id24(held.uuid))
    assert (refused.status_code, "legal hold" in refused.json["detail"]) == (406, True)
    assert [each["id"] for each in api.ask("listInboundFaxes").json] == [id24(held.uuid)]


def test_lists_of_sent_and_waiting_faxes_hold_no_draft(api: ApiClient, school: School) -> None:
    at = now() + timedelta(days=1)
    failed = sent(school, status=FaxStatus.FAILED, name="Clinic", emails=["a@example.org"])
    sent(school, status=FaxStatus.SCHEDULED, name="Later", send_at=at)
    sent(school, status=FaxStatus.DRAFT, name="Being written")
    sent(school, status=FaxStatus.DRAFT, name="Being drawn", leave_due_at=now())
    sent(school, status=FaxStatus.DRAFT, name="Drawn for later", leave_due_at=now(), send_at=at)
    out = api.ask("listOutboundFaxes").json
    assert [(one["to_name"], one["status"], one["from_name"]) for one in out] == [
        ("Being drawn", "queued", "Lincoln Elementary"), ("Clinic", "failed", "Lincoln Elementary"),
    ]  # fmt: skip
    assert (out[1]["id"], out[1]["emails"], out[1]["is_read"]) == (id24(failed.uuid), ["a@example.org"], True)
    waiting = api.ask("listScheduledFaxes", query={"sort": "to"}).json
    assert {(one["to_name"], one["status"]) for one in waiting} == {("Later", "scheduled"), ("Drawn for later", "scheduled")}
    assert all(one["send_at"] for one in waiting)
    assert api.ask("listFaxNumbers").json == [fax_number(school).address.removeprefix("+1")]


def test_strangers_see_and_change_nothing(app: Flask, api: ApiClient, school: School) -> None:
    one, other = fax(school), sent(school)
    stranger = ApiClient(app, face, api_key(), ACTING)
    for name in ("listInboundFaxes", "listOutboundFaxes", "listScheduledFaxes"):
        assert stranger.ask(name).json == []
    assert stranger.ask("getFaxStatistics").json == {"inbound": 0, "inbound_hidden": 0, "outbound": 0}
    assert stranger.ask("updateInboundFax", {"is_read": True}, fax_message_id=id24(one.uuid)).status_code == 404
    assert stranger.ask("deleteInboundFax", fax_message_id=id24(one.uuid)).status_code == 404
    assert api.ask("deleteInboundFax", fax_message_id=id24(other.uuid)).status_code == 404, "it was sent"
    assert api.ask("deleteInboundFax", fax_message_id="0" * 24).status_code == 404
    assert db.session.get_one(Fax, one.id).read_at is None


def test_destinations_are_offered_once(api: ApiClient, school: School) -> None:
    made = api.ask("createFaxDestination", {"emails": ["Records@clinic.org", "b@clinic.org"]})
    assert (made.status_code, made.json["reprname"]) == (201, "records@clinic.org, b@clinic.org")
    again = api.ask("createFaxDestination", {"emails": ["b@clinic.org", "records@clinic.org"]})
    assert (again.status_code, again.json["id"]) == (200, made.json["id"])
    assert api.ask("createFaxDestination", {"emails": ["c@clinic.org"]}).status_code == 201
    assert db.session.query(FaxDestination).count() == 3
    for body in ({"emails": []}, {"emails": ["nobody"]}, {}):
        assert api.ask("createFaxDestination", body).status_code == 400


def test_who_only_reads_faxes_changes_none(app: Flask, school: School) -> None:
    one = fax(school)
    viewer = StaffFactory(role=Role.VIEWER, schools=[school])
    db.session.commit()
    api = ApiClient(app, face, api_key(school.district_id, person=viewer), {"X-User-Id": id24(viewer.uuid)})
    assert len(api.ask("listInboundFaxes").json) == 1
    assert api.ask("updateInboundFax", {"is_read": True}, fax_message_id=id24(one.uuid)).status_code == 403
    assert api.ask("createFaxDestination", {"emails": ["c@clinic.org"]}).status_code == 403
