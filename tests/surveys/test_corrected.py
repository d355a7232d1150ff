"""A question that was put right: answers count as what their readers read."""

from dataclasses import replace
from typing import Any

from app.announcements import service
from app.announcements.models import Announcement
from app.core.database import db
from app.surveys.models import SurveyAnswer
from tests.announcements.schools import campus, draft, run, send, sms
from tests.announcements.test_correcting import stopped_after
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import PhoneNumberFactory
from tests.surveys.conftest import Fair


def asks(*choices: str) -> dict[str, Any]:
    return {"wordings": {"en": {"question": "Which day?", "choices": list(choices), "origin": "written"}}}


def test_an_answer_to_the_corrected_question_counts_as_the_choice_that_was_read(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    place.families(4)
    PhoneNumberFactory(district_id=place.district.id, school_id=place.school.id)
    first = draft(place, sms("The fair."), has_canary=False, asks=asks("Monday", "Friday"))
    reached = stopped_after(house, place, first, 2)
    client = sign_in(place.admin)
    client.post(f"/announcements/{first.id}/acts/correct")
    correction = db.session.query(Announcement).filter_by(correction_of_id=first.id).one()
    right = replace(service.draft_of(correction), texts=(sms("The fair, with its days put right."),), asks=asks("Tuesday", "Monday"))
    send(service.save(place.admin, correction.id, right, version=1), place.admin)
    run()
    house.hand_over()
    late = service.reach_left_out(place.admin, first.id)
    send(late, place.admin)
    run()
    guardian = next(one for one in place.guardians if one.contact_points[0].address not in reached)
    fair = Fair(place, house, late)
    assert "Reply 1 for Tuesday, 2 for Monday" in fair.got(guardian)[-1]
    fair.text(guardian, "1")
    assert "Tuesday" in fair.got(guardian)[-1]
    db.session.rollback()
    assert [(one.survey_id, one.choice) for one in db.session.query(SurveyAnswer)] == [(correction.id, 1)]
    assert ">1 (100 %)<" in client.get(f"/announcements/{correction.id}/answers").text
