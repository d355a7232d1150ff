"""Answers by the link of an email: opening it changes nothing, sending counts once, and everything else says why not."""

import re
from datetime import timedelta
from itertools import permutations
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app.accounts.models import Staff
from app.announcements import service
from app.announcements.models import Announcement
from app.announcements.queries import report as queries_report
from app.announcements.service import DraftText
from app.core import signed_links
from app.core.clock import now
from app.core.database import db, transaction
from app.core.local_clock import local_clock
from app.delivery.reader_links import PURPOSE
from app.directory.models import Guardian, Guardianship
from app.live.models import LiveEvent
from app.surveys import telling
from app.surveys.models import AdultsAnswer, Survey, SurveyAnswer
from app.surveys.queries import asking_visible_to, rows, who_answered
from app.surveys.shown import row_shown
from tests.announcements.schools import campus, draft, run
from tests.conftest import SignIn
from tests.delivery.email.conftest import Mailing, mail_house, mailing, office
from tests.factories import ContactPointFactory, GuardianFactory, GuardianshipFactory
from tests.surveys.conftest import ask, question

__all__ = ["mail_house", "mailing", "office"]
LINK = re.compile(r"https://cedar\.test(/answer/[\w.-]+)\?choice=1")


@pytest.fixture
def links(mailing: Mailing) -> dict[str, str]:
    """Two parents and the aunt of one child, and a Spanish family, were asked by email; the path of each one's link."""
    place = campus()
    (mother,), (spanish,) = place.families(1), place.families(1, language="es")
    father, aunt = GuardianFactory.create_batch(2, district_id=place.district.id)
    for priority, guardian in ((2, father), (3, aunt)):
        GuardianshipFactory(student=mother.guardianships[0].student, guardian=guardian, priority=priority)
    for name, guardian in (("mother", mother), ("father", father), ("aunt", aunt), ("spanish", spanish)):
        ContactPointFactory(guardian=guardian, kind="email", address=f"{name}@mail.test")
    english, other = DraftText("email", "en", "The fair is soon.", "Fair"), DraftText("email", "es", "La feria es pronto.", "Feria")
    ask(place, english, other, channels=("email",))
    mailing.hand_over()
    found = {}
    for letter in mailing.office.letters:
        text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
        (path,) = {*LINK.findall(text), *LINK.findall(html)}
        found[letter["To"].partition("@")[0]] = path
        if letter["To"].startswith("spanish"):
            assert "¿Va a venir?\n\nElija su respuesta:\nSí: https://" in text.replace("\r", "")
    return found


@pytest.fixture
def visitor(mailing: Mailing) -> FlaskClient:
    """Somebody without an account or a session."""
    return mailing.app.test_client()


def answers() -> list[tuple[int, str]]:
    db.session.rollback()
    return [(one.choice, one.channel) for one in db.session.query(SurveyAnswer).order_by(SurveyAnswer.id)]


def test_opening_a_link_is_no_answer_and_sending_it_is(links: dict[str, str], visitor: FlaskClient) -> None:
    page = visitor.get(f"{links['spanish']}?choice=2")
    assert "¿Va a venir?" in page.text
    assert '<html lang="es"' in page.text
    assert 'value="2" checked' in page.text
    assert "no-store" in page.headers["Cache-Control"]
    visitor.head(f"{links['spanish']}?choice=2")
    assert answers() == []
    missing = visitor.post(links["spanish"], data={})
    assert missing.status_code == 422
    assert "elija primero" in missing.text
    sent = visitor.post(links["spanish"], data={"choice": "1"}, follow_redirects=True)
    assert "Su respuesta llegó a la escuela" in sent.text
    assert "Su respuesta: Sí" in sent.text
    visitor.post(links["spanish"], data={"choice": "1"})
    assert answers() == [(1, "web")]
    assert "Will you come?" in visitor.get(f"{links['spanish']}?lang=en").text


def test_one_parent_does_not_see_what_the_other_answered_and_the_last_counts(
    links: dict[str, str], visitor: FlaskClient, sign_in: SignIn
) -> None:
    visitor.post(links["mother"], data={"choice": "1"})
    page = visitor.get(links["father"]).text
    assert "Your answer" not in page
    assert "checked" not in page
    visitor.post(links["father"], data={"choice": "2"})
    assert answers() == [(2, "web")]
    survey = db.session.query(Survey).one()
    author = db.session.get_one(Staff, db.session.get_one(Announcement, survey.announcement_id).author_id)
    names = {name: f"{one.given_name} {one.family_name}" for name, one in zip(("mother", "father", "aunt"), parents(), strict=True)}

    def differing() -> list[str]:
        """What the school sees of those who say something else."""
        db.session.rollback()
        (row,) = rows(asking_visible_to(author, survey.announcement_id), None, None).rows
        return sorted(row_shown(row, ["Yes", "No", "Maybe"], local_clock("UTC")).others)

    assert differing() == [f"{names['mother']} answered “Yes”, which does not count"]
    assert "checked" in visitor.get(links["mother"]).text  # her own answer stays hers
    visitor.post(links["aunt"], data={"choice": "3"})
    both = {name: f"{names[name]} answered “{said}”, which does not count" for name, said in (("mother", "Yes"), ("father", "No"))}
    assert differing() == sorted(both.values())  # a third one takes nothing back
    file = sign_in(author).get(f"/announcements/{survey.announcement_id}/answers.csv").text
    assert ",Not sure,Web page," in file
    assert any(f",{names[a]}; {names[b]},{x}; {y}\r\n" in file for (a, x), (b, y) in permutations((("mother", "Yes"), ("father", "No"))))
    assert gave_answers(survey.announcement_id) == 3
    visitor.post(links["mother"], data={"choice": "2"})  # she speaks for the family again, with the father
    assert answers() == [(2, "web")]
    assert differing() == [f"{names['aunt']} answered “Maybe”, which does not count"]


def parents() -> list[Guardian]:
    """The adults of the first child, in the order of their priority."""
    bonds = db.session.query(Guardianship).order_by(Guardianship.student_id, Guardianship.priority).limit(3)
    return [bond.guardian for bond in bonds]


def gave_answers(announcement_id: int) -> int:
    """How many people are known to have got it because they answered."""
    found = who_answered(announcement_id)
    assert found is not None
    return len(set(db.session.scalars(found)))


@pytest.mark.parametrize("may_change", [True, False])
def test_a_third_adult_takes_back_nothing_of_the_second(links: dict[str, str], visitor: FlaskClient, *, may_change: bool) -> None:
    with transaction():
        db.session.query(Survey).one().may_change = may_change

    def told_when(who: str, choice: int) -> bool:
        """Whether open pages hear of it when `who` answers."""
        db.session.execute(update(Survey).values(changed_at=None, told_at=None))
        before = db.session.query(LiveEvent).filter_by(name="survey:progress").count()
        db.session.commit()
        visitor.post(links[who], data={"choice": str(choice)})
        telling.turn()
        return db.session.query(LiveEvent).filter_by(name="survey:progress").count() > before

    def said() -> tuple[int, list[int]]:
        """What counts, and what is said otherwise."""
        db.session.rollback()
        kept = db.session.query(SurveyAnswer).one()
        return kept.choice, sorted(one.choice for one in db.session.query(AdultsAnswer) if one.choice != kept.choice)

    first, second, other = 1, 2, 3
    counts, beside = (second, first) if may_change else (first, second)
    assert told_when("mother", first)
    assert told_when("father", second)
    assert said() == (counts, [beside])
    assert not told_when("aunt", counts)
    assert said() == (counts, [beside])
    assert told_when("aunt", other)
    assert said() == ((other, [first, second]) if may_change else (first, [second, other]))
    assert told_when("mother" if may_change else "father", counts)
    assert said() == ((second, [other]) if may_change else (first, [other]))


def test_a_test_to_oneself_shows_the_buttons_and_counts_nothing(mailing: Mailing, visitor: FlaskClient) -> None:
    place = campus()
    place.families(1)
    announcement = draft(place, DraftText("email", "en", "The fair is soon.", "Fair"), channels=("email",), asks=question())
    service.send_test(place.admin, announcement.id)
    mailing.hand_over()
    (letter,) = mailing.office.letters
    (path,) = LINK.findall(letter.get_body(("plain",)).get_content())
    assert "answers to it are not counted" in visitor.get(path).text
    assert visitor.post(path, data={"choice": "1"}).status_code == 404
    assert answers() == []


def test_closed_expired_and_made_up_links_say_so(links: dict[str, str], visitor: FlaskClient, mailing: Mailing) -> None:
    with transaction():
        survey = db.session.query(Survey).one()
        survey.closes_at = survey.opened_at
    closed = visitor.get(links["mother"]).text
    assert "This question is closed" in closed
    assert "<form" not in closed
    visitor.post(links["mother"], data={"choice": "1"})
    assert answers() == []
    path = urlsplit(links["mother"]).path
    assert visitor.get(f"{path[:-3]}abc").status_code == 404
    old = signed_links.sign(mailing.app.extensions["settings"].secret_key, PURPOSE, "0" * 32, now() - timedelta(days=1))
    assert visitor.get(f"/answer/{old}").status_code == 410
    strange = signed_links.sign(mailing.app.extensions["settings"].secret_key, PURPOSE, "0" * 32, now() + timedelta(days=1))
    assert visitor.get(f"/answer/{strange}").status_code == 404


def test_who_answers_was_reached_and_replied(links: dict[str, str], visitor: FlaskClient, mailing: Mailing, sign_in: SignIn) -> None:
    asked = db.session.query(Announcement).one()
    author = db.session.get_one(Staff, asked.author_id)
    client, address = sign_in(author), f"/announcements/{asked.id}"

    def story() -> tuple[int, int, int]:
        page = client.get(address).text
        replied = re.search(r"<dt>People who replied</dt><dd>(\d+)</dd>", page)
        fates = queries_report.report(author, asked.id).fates
        assert replied is not None
        assert fates is not None
        assert f">{fates.reached} of {fates.families}<" in page
        assert fates.reached + fates.unconfirmed + fates.on_the_way + fates.letters + fates.unreached + fates.no_way == fates.families == 2
        return fates.reached, fates.unconfirmed, int(replied[1])

    run(5)
    assert story() == (0, 2, 0)
    visitor.post(links["father"].partition("?")[0], data={"choice": "1"})
    assert story() == (1, 1, 1)
    assert client.get(address).text.count("Answered</span>") == 1
    visitor.post(links["spanish"].partition("?")[0], data={"choice": "2"})
    assert story() == (2, 0, 2)
    drafted = client.post(f"{address}/acts/unconfirmed", data={"over": "sms"})
    people = service.preview(author, int(drafted.location.split("/")[-2])).people
    assert people == 2  # the mother and the aunt, of whom nobody knows
