"""Answers by text: the number or the words of a choice, counted once and acknowledged once."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.announcements import service
from app.announcements.queries.fates import answered
from app.conversations import service as conversations
from app.conversations.models import Conversation, Message, UnknownText
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import Consent, Guardian
from app.surveys.models import Survey, SurveyAnswer
from tests.announcements.schools import again, campus, draft, run, send, sms
from tests.conftest import SignIn
from tests.conversations.arrivals import arrives
from tests.delivery.house import House
from tests.factories import ContactPointFactory, GuardianFactory, GuardianshipFactory, PhoneNumberFactory, StaffFactory
from tests.surveys.conftest import Fair, ask, question


def test_the_question_stands_below_the_announcement_in_each_language(fair: Fair) -> None:
    english, spanish, arabic = fair.place.guardians[0], fair.place.guardians[3], fair.place.guardians[5]
    assert fair.got(english) == ["The spring fair is on May 3.\nWill you come? Reply 1 for Yes, 2 for No, 3 for Not sure."]
    assert fair.got(spanish) == ["La feria es el 3 de mayo.\n¿Va a venir? Responda 1 para Sí, 2 para No, 3 para No lo sé."]
    assert fair.got(arabic)[0].endswith("هل ستحضرون؟ أرسلوا 1 لاختيار نعم، 2 لاختيار لا، 3 لاختيار لست متأكداً.")


def test_numbers_and_words_count_are_acknowledged_once_and_stand_in_the_conversation(fair: Fair) -> None:
    first, second, third, spanish, other, arabic = fair.place.guardians
    for guardian, body in ((first, "1"), (second, " not sure! "), (spanish, "SI."), (other, "２"), (arabic, "١")):
        fair.text(guardian, body)
    fair.text(third, "Yes please, and may grandma come too?")
    assert sorted(fair.answers().values()) == [1, 1, 1, 2, 3]
    assert fair.got(first)[1:] == [f"{fair.place.school.name}: Thank you. Your answer: Yes."]
    assert fair.got(spanish)[1:] == [f"{fair.place.school.name}: Gracias. Su respuesta: Sí."]
    assert "إجابتكم: نعم" in fair.got(arabic)[1]
    assert "Your answer" not in " ".join(fair.got(third))
    fair.text(first, "yes")  # the same again
    fair.text(first, "2")
    assert fair.got(first)[2:] == [f"{fair.place.school.name}: Thank you. Your answer is now: No."]
    assert db.session.query(Message).filter_by(kind="inbound").count() == 8
    waiting = [one.guardian_id for one in db.session.query(Conversation) if one.waits_since is not None]
    assert waiting == [third.id]  # answers wait for nobody
    answered = [one.details.get("answers", {}) for one in db.session.query(Message).filter_by(kind="inbound").order_by(Message.id)]
    assert [(each.get("title"), each.get("choice")) for each in answered[:2]] == [("Will you come?", "Yes"), ("Will you come?", "Not sure")]
    assert (answered[5]["title"], "choice" in answered[5]) == (fair.announcement.title, False)


def test_a_family_is_thanked_in_its_language_also_for_a_question_in_another(app: Flask, house: House) -> None:
    place = campus(numbers=1)
    (guardian,) = place.families(1, language="es")
    PhoneNumberFactory(district_id=place.district.id, school_id=place.school.id)
    fair = Fair(place, house, ask(place))
    house.hand_over()
    fair.text(guardian, "1")
    assert fair.got(guardian)[1:] == [f"{place.school.name}: Gracias. Su respuesta: Yes."]


def test_the_choice_is_named_in_the_familys_language_and_who_is_overruled_is_told(app: Flask, house: House) -> None:
    place = campus(numbers=1)
    (mother,) = place.families(1, language="es")
    father = GuardianFactory(district_id=place.district.id, language="en")
    GuardianshipFactory(student_id=mother.guardianships[0].student_id, guardian=father, priority=2)
    ContactPointFactory(guardian=father)
    PhoneNumberFactory(district_id=place.district.id, school_id=place.school.id)
    half = {"question": "", "choices": ["Sí", "No", ""]}
    asks = question()
    fair = Fair(place, house, ask(place, sms("The fair is on May 3."), asks={"wordings": asks["wordings"] | {"es": half}}))
    house.hand_over()
    fair.text(mother, "1")
    fair.text(father, "2")
    assert list(fair.answers().values()) == [2]
    name = place.school.name
    told = f"{name}: Otro adulto de su familia respondió después y ahora cuenta esa respuesta. Si no es correcta, llame a la escuela."
    assert fair.got(mother)[1:] == [f"{name}: Gracias. Su respuesta: Sí.", told]
    assert fair.got(father)[1:] == [f"{name}: Thank you. Your answer: No."]
    assert answered(again(fair.announcement)) == 2
    fair.text(mother, "1")
    fair.text(father, "2")
    assert fair.got(mother).count(told) == 1  # however often they take turns


def test_who_writes_no_choice_is_told_once_how_to_answer_and_stands_on_the_page(fair: Fair, sign_in: SignIn) -> None:
    first, second, _third, spanish, *_others = fair.place.guardians
    fair.text(first, "4")
    fair.text(spanish, "Los dos")

    def hints(guardian: Guardian) -> list[str]:
        return [body.removeprefix(f"{fair.place.school.name}: ") for body in fair.got(guardian) if body.endswith((" Not sure.", "sé."))][1:]

    assert hints(first) == ["Thank you. This could not be counted as an answer. Reply 1 for Yes, 2 for No, 3 for Not sure."]
    assert hints(spanish) == ["Gracias. Esto no se pudo contar como respuesta. Responda 1 para Sí, 2 para No, 3 para No lo sé."]
    fair.text(first, "Both days")
    fair.text(second, "1")
    fair.text(second, "And bring cake?")
    assert (len(hints(first)), len(hints(second))) == (1, 0)  # told once; who has answered is told nothing
    admin = sign_in(fair.place.admin)
    page = admin.get(f"/announcements/{fair.announcement.id}/answers").text
    link = re.search(r'href="([^"#]*)#people">Wrote something that was not counted: 2 families', page)
    assert link is not None
    people = admin.get(link[1]).text
    assert [f'contact_point={one.contact_points[0].id}"' in people for one in (first, spanish, second)] == [True, True, False]
    fair.text(spanish, "2")
    assert "not counted: 1 family" in admin.get(link[1]).text


def test_stop_wins_and_late_answers_are_told(fair: Fair) -> None:
    first, second = fair.place.guardians[:2]
    fair.text(first, "STOP")
    assert fair.answers() == {}
    fair.close()
    fair.text(second, "1")
    assert fair.answers() == {}
    assert "this question is closed" in fair.got(second)[1]


def test_yes_after_stop_wants_texts_again_and_answers_and_gets_one_text_for_both(fair: Fair) -> None:
    first = fair.place.guardians[0]
    fair.text(first, "STOP")
    fair.text(first, "Yes")
    assert list(fair.answers().values()) == [1]
    wishes = [one.kind for one in db.session.query(Consent).filter_by(address=fair.phone(first)).order_by(Consent.id)]
    assert wishes == ["opted_out", "opted_in"]
    *_before, stopped, welcome = fair.got(first)
    assert "START" in stopped
    assert "STOP" in welcome
    assert welcome.endswith("Your answer: Yes.")
    fair.text(first, "STOP")
    assert list(fair.answers().values()) == [1]  # what was answered stands, and she is left alone


def test_an_answer_is_no_reply_to_another_announcement(fair: Fair) -> None:
    first, second = fair.place.guardians[:2]
    other = draft(fair.place, sms("The library opens on Monday."), has_canary=False, send_to="all")
    send(other, fair.place.admin)
    run(10)
    fair.house.hand_over()
    fair.house.hear()
    fair.text(first, "1")
    fair.text(second, "Is parking free?")
    assert (answered(again(other)), answered(again(fair.announcement))) == (1, 1)  # the second wrote after both, to the later one
    reminded = service.preview(fair.place.admin, service.follow_up(fair.place.admin, other.id).id)
    assert reminded.people_reached == 5  # of six: who only answered the other question is among them


def test_a_colleague_and_a_phone_from_a_list_answer_without_a_case_for_the_office(fair: Fair) -> None:
    colleague = StaffFactory(schools=[fair.place.school], phone="+15035550177")
    listed = service.upload(fair.place.admin, "helpers.csv", b"phone,name\n(503) 555-0178,Sam\n")
    chosen = {"staff": [colleague.id], "list_id": listed.id}
    ask(fair.place, sms("We need helpers."), audience=chosen)
    fair.house.hand_over()
    fair.house.hear()
    for phone in ("+15035550177", "+15035550178"):
        arrives(phone, fair.place.numbers[0], "2")
        fair.house.hand_over()
        told = fair.house.at_the_network(to=phone.replace("+", "%2B"))
        assert told[-1]["body"].endswith("Your answer: No.")
    assert sorted(unit[0] for unit in fair.answers()) == ["l", "s"]
    assert db.session.query(UnknownText).count() == 0


def test_a_webhook_that_comes_twice_changes_nothing(fair: Fair) -> None:
    guardian = fair.place.guardians[0]
    fair.text(guardian, "1")
    before = db.session.query(SurveyAnswer).one().answered_at
    for text in db.session.query(Message).filter_by(kind="inbound"):
        conversations.receive_text(text.inbound_text_id)
    assert db.session.query(SurveyAnswer).one().answered_at == before
    assert len(fair.got(guardian)) == 2


def test_a_reminder_reaches_who_did_not_answer_and_counts_for_the_same_question(fair: Fair) -> None:
    first, second = fair.place.guardians[:2]
    fair.text(first, "1")
    fair.text(second, "Who is this?")  # wrote, and did not answer
    reminder = service.follow_up(fair.place.admin, fair.announcement.id)
    assert reminder.survey_of_id == fair.announcement.id
    planned = service.preview(fair.place.admin, reminder.id)
    assert planned.people_reached == 5
    fair.close()
    send(again(reminder), fair.place.admin)
    run(10)
    assert db.session.query(Survey).one().closes_at > now() + timedelta(days=1)  # who is reminded gets time to answer
    fair.house.hand_over()
    fair.text(second, "2")
    assert sorted(fair.answers().values()) == [1, 2]
    assert {one.survey_id for one in db.session.query(SurveyAnswer)} == {fair.announcement.id}


@pytest.mark.parametrize("opens", [False, True])
def test_sent_again_a_closed_question_opens_only_when_somebody_says_so(fair: Fair, sign_in: SignIn, *, opens: bool) -> None:
    failed = db.session.query(Delivery).filter_by(owner_kind="announcement").order_by(Delivery.id).first()
    assert failed is not None
    failed.state, failed.error_code = "failed", "30003"
    fair.close()
    closed_at = db.session.query(Survey).one().closes_at
    once_more = service.resend_to_failed(fair.place.admin, fair.announcement.id)
    client = sign_in(fair.place.admin)
    review = client.get(f"/announcements/{once_more.id}/review").text
    assert "The question is closed since" in review
    assert 'name="reopens">' in review  # not ticked
    fingerprint = re.search(r'name="fingerprint" value="([^"]*)"', review)
    assert fingerprint is not None
    yes = {"version": "1", "fingerprint": fingerprint[1], "sure": "on", "may_reopen": "1", "typed_name": fair.place.school.name}
    assert client.post(f"/announcements/{once_more.id}/send", data=yes | ({"reopens": "on"} if opens else {})).status_code == 303
    again(once_more).scheduled_for = now()
    db.session.commit()
    run(10)
    assert again(once_more).started_at is not None
    survey = db.session.query(Survey).one()
    assert (survey.closes_at > now() + timedelta(days=1)) if opens else (survey.closes_at == closed_at)


def test_a_text_brings_a_link_of_the_familys_own_that_costs_what_was_shown(app: Flask, house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1)
    first, second = place.families(2)
    written = draft(place, asks=question(has_link=True), has_canary=False)
    office = sign_in(place.admin)
    planned = ask(place, asks=question(has_link=True))
    pages = [office.get(f"/announcements/{where}").text for where in (f"{written.id}/review", str(planned.id))]
    assert all("Or here: [each family’s own link]" in page and "00000000" not in page for page in pages)  # staff read no sample
    house.hand_over()
    house.hear()
    fair = Fair(place, house, planned)
    texts = [fair.got(first)[0], fair.got(second)[0]]
    sample = again(planned).texts[0]
    assert re.search(r"Or here: https?://\S+/answer/00000000-0000-0000$", sample.tail)
    links = [text.split()[-1] for text in texts]
    assert len(set(links)) == 2
    assert {len(text) for text in texts} == {len(sample.whole)}
    browser = app.test_client()
    path = links[0].partition("/answer/")
    page = browser.get(path[1] + path[2])
    assert "Will you come?" in page.text
    sent = browser.post(path[1] + path[2], data={"choice": "2"}, follow_redirects=True)
    assert sent.status_code == 200
    assert list(fair.answers().values()) == [2]
    assert "This is a test" in browser.get("/answer/00000000-0000-0000").text
    guessed = path[2].replace(path[2][0:8], "00000009", 1)
    assert browser.get(path[1] + guessed).status_code == 404
