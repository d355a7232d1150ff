"""Consent, quiet hours and opt-in states hold for batches as for everybody."""

from datetime import UTC, datetime

import time_machine

from app.core.clock import now
from app.directory.service import record_consent
from tests.api.groupcall.conftest import Desk
from tests.factories import family

HOOK = "https://sis.example/in"
NIGHT = datetime(2026, 11, 19, 6, 0, tzinfo=UTC)
"""10 in the evening at the school."""


def test_consent_quiet_hours_records_and_reach_hold_as_for_everybody(desk: Desk, school_time: time_machine.Traveller) -> None:
    elsewhere = family()
    elsewhere.guardian.source_id = "g9"
    elena = desk.adult("Elena", may_contact=False)
    school_time.move_to(NIGHT)
    desk.text({"IdaasId": "PC-g1"}, message="At night")
    (held,) = desk.hand_on()
    assert held.held_until is not None
    assert held.held_until > now()
    record_consent(
        desk.family.school.district_id, desk.family.contact_point.address, desk.family.number.consent_scope, "opted_out", "keyword"
    )
    answer = desk.text({"IdaasId": "PC-g1"}, {"IdaasId": "PC-adult-Elena"}, {"IdaasId": "PC-g9"}, CallbackUrl=HOOK)
    warnings = answer.json["WarningMessages"]
    assert "opted out" in warnings[0]
    assert "must not be written to" in warnings[1]
    assert "unknown" in warnings[2]
    assert answer.json["errorMsg"].startswith("OK 0")
    assert [one["Status"] for one in desk.callbacks()] == ["Opted Out"]
    assert elena.contact_points[0].address not in dict(desk.fates())
    assert len(desk.hand_on()) == 1


def test_whoever_says_stop_while_it_waits_gets_nothing(desk: Desk) -> None:
    desk.text({"IdaasId": "PC-g1"}, CallbackUrl=HOOK)
    record_consent(
        desk.family.school.district_id, desk.family.contact_point.address, desk.family.number.consent_scope, "opted_out", "keyword"
    )
    assert desk.hand_on() == []
    assert desk.fates() == [(desk.family.contact_point.address, "Opted Out")]
    assert [one["Status"] for one in desk.callbacks()] == ["Opted Out"]


def test_opt_in_states_are_lines_of_the_consent_ledger(desk: Desk) -> None:
    ours, theirs = desk.family.number.address, desk.family.contact_point.address
    query = {**desk.named, "ShortCode": ours, "RecipientNumber": theirs}
    assert desk.client.ask("getOptIn", query).json["IsOptedIn"] == 1
    assert desk.client.ask("setOptIn", {**query, "Keyword": "stop"}).json["IsOptedIn"] == 0
    assert desk.text(theirs).json["errorMsg"].startswith("OK 0")
    assert desk.client.ask("setOptIn", {**query, "Keyword": "Start"}).json["IsOptedIn"] == 1
    record_consent(desk.family.school.district_id, theirs, desk.family.number.consent_scope, "opted_out", "keyword", wording="STOP")
    kept = desk.client.ask("setOptIn", {**query, "Keyword": "START"}).json
    assert kept["IsOptedIn"] == 0
    assert "only they can opt back in" in kept["Message"]
    batch = {**desk.named, "ShortCode": ours.lstrip("+"), "Recipients": [
        {"RecipientNumber": theirs, "Keyword": "HELP"}, {"RecipientNumber": "15035550199", "Keyword": "STOP"},
    ]}  # fmt: skip
    assert [one["IsOptedIn"] for one in desk.client.ask("setOptInBatch", batch).json] == [0, 0]
    assert desk.client.ask("setOptIn", {**query, "Keyword": "perhaps"}).status_code == 400
    assert desk.client.ask("getOptIn", {**query, "ShortCode": "70000"}).status_code == 400
    assert desk.client.ask("getOptIn", {**query, "Password": "wrong"}).status_code == 401
