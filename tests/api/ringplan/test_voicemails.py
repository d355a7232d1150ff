"""Voicemails as other systems list and hear them."""

import re

from app.accounts.models import Role
from app.api.ringplan.face import face
from app.core.database import db
from app.pbx import service as pbx
from app.pbx.service import Wish
from app.voicemail.models import Voicemail
from tests.api.client import ApiClient
from tests.factories import StaffFactory, api_key
from tests.query_counts import count_selects, steps
from tests.voicemail.conftest import Desk, carrier_calls, desk

__all__ = ["carrier_calls", "desk"]
ACTING = {"X-User-Id": "primary"}


def test_voicemails_are_listed_with_their_words_and_an_address_to_hear_them(desk: Desk) -> None:
    first = desk.leave(1)
    desk.written(first, "Mateo left his inhaler at home.")
    office = desk.leave(2, caller="+15035550199")
    desk.work()
    people = desk.thread.family
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=people.school.district_id)
    db.session.commit()
    instance = pbx.instance_for(admin.district_id)
    pbx.add(admin, instance, Wish(1001, "Ms. Okafor", data={"voicemail_email": people.teacher.email}))
    api = ApiClient(desk.app, face, api_key(admin.district_id), ACTING)
    answer = api.ask("listVoicemails", query={"sort": "time_received"})
    mine, theirs = answer.json
    assert (mine["extension_destination"], mine["voicemail_email"], mine["is_read"]) == (1001, people.teacher.email, False)
    assert (mine["transcription"], theirs["extension_destination"]) == ("Mateo left his inhaler at home.", None)
    assert theirs["source_representation_name"] == "5035550199"
    assert (answer.headers["X-Pagination-Total-Count"], answer.headers["X-Pagination-Page-Count"]) == ("2", "1")
    assert [one["_id"] for one in api.ask("listVoicemails", query={"extension_destination": 1001}).json] == [mine["_id"]]
    assert api.ask("listVoicemails", query={"from_date": "2999-01-01"}).json == []
    assert api.ask("listVoicemails", query={"to_date": "2026-13-45"}).status_code == 400
    link = re.sub(r"^http://[^/]+", "", mine["voicemail_file"]["link"])
    stranger = desk.app.test_client()
    part = stranger.get(link, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"RIFF")
    assert stranger.get(f"{link[:-3]}abc").status_code == 404
    assert api.ask("downloadFile", file_id=mine["voicemail_file"]["id"]).data[:4] == b"RIFF"
    assert db.session.query(Voicemail).count() == 2
    assert office.staff_id is None


def test_another_district_hears_nothing(desk: Desk) -> None:
    desk.leave(1)
    assert ApiClient(desk.app, face, api_key(), ACTING).ask("listVoicemails").json == []


STEPS_OF_A_SKIPPED_ROW = 20


def test_a_page_of_voicemails_costs_the_same_however_many_there_are(desk: Desk) -> None:
    for number in range(1, 4):
        desk.leave(number)
    api = ApiClient(desk.app, face, api_key(desk.thread.family.school.district_id), ACTING)
    few = count_selects(lambda: api.ask("listVoicemails", query={"per_page": 1}))
    assert count_selects(lambda: api.ask("listVoicemails", query={"per_page": 100})) == few <= 6
    for number in range(4, 24):
        desk.leave(number)
    costs = []
    for page in (1, 20):
        with steps() as taken:
            assert len(api.ask("listVoicemails", query={"per_page": 1, "page": page}).json) == 1
        costs.append(taken[0])
    assert costs[1] - costs[0] < 20 * STEPS_OF_A_SKIPPED_ROW, "what stands beside a row that is skipped is not looked for"
