"""The same on PostgreSQL: both parents answer in the same moment, and one answer counts."""

import threading

from app.announcements.models import AnnouncementRecipient
from app.announcements.queries.asked import asked_recipient
from app.core.database import db, release_connection
from app.surveys import queries, service
from app.surveys.models import SurveyAnswer
from tests.announcements.schools import campus
from tests.delivery.house import House
from tests.delivery.test_on_postgres import house
from tests.factories import ContactPointFactory, GuardianFactory, GuardianshipFactory
from tests.surveys.conftest import ask

__all__ = ["house"]


def test_two_parents_at_once_are_one_family_and_the_results_add_up(house: House) -> None:
    place = campus()
    mother, other = place.families(2)
    father = GuardianFactory(district_id=place.district.id)
    GuardianshipFactory(student=mother.guardianships[0].student, guardian=father, priority=2)
    ContactPointFactory(guardian=father)
    announcement = ask(place)
    house.hand_over()
    house.hear()
    of = {one.guardian_id: one.id for one in db.session.query(AnnouncementRecipient)}
    both = {of[mother.id]: 1, of[father.id]: 2}
    release_connection()
    start = threading.Barrier(len(both))

    def answer(recipient_id: int, choice: int) -> None:
        with house.app.app_context():
            one = asked_recipient(recipient_id)
            assert one is not None
            start.wait()
            service.answer(one, choice, "sms")
            db.session.remove()

    threads = [threading.Thread(target=answer, args=each) for each in both.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    (given,) = db.session.query(SurveyAnswer)
    assert given.choice == both[given.recipient_id]
    shown = queries.asking_visible_to(place.admin, announcement.id)
    found = queries.results(shown)
    assert (found.units, found.answers) == (2, 1)
    assert [row.guardian_id for row in queries.rows(shown, queries.NOBODY, None).rows] == [other.id]
    assert len(list(queries.everybody(shown))) == 2
