"""Fields such as $FirstName$: refused while somebody has nothing for them, and filled for each reader."""

import pytest
from flask import Flask

from app.announcements import service
from app.announcements.counts import counts_of
from app.announcements.errors import UnknownTokens, UnresolvedTokens
from app.announcements.service import DraftText
from app.core.database import db
from app.delivery.models import Delivery
from tests.announcements.schools import again, campus, draft, run, send, sms
from tests.delivery.house import House
from tests.factories import ContactPointFactory, GuardianFactory, GuardianshipFactory


def test_every_reader_gets_words_of_their_own(house: House) -> None:
    place = campus()
    ana, luz = (
        GuardianFactory(district_id=place.district.id, given_name=name, language=language)
        for name, language in (("Ana", "en"), ("Luz", "es"))
    )
    children = [place.child(given_name=name) for name in ("Mateo", "Sofía")]
    for child in children:
        GuardianshipFactory(student=child, guardian=ana)
    GuardianshipFactory(student=children[0], guardian=luz, priority=2)
    elsewhere = place.child(given_name="Nico", grade="07")
    GuardianshipFactory(student=elsewhere, guardian=luz)
    phones = {adult.given_name: ContactPointFactory(guardian=adult).address for adult in (ana, luz)}
    announcement = draft(
        place,
        sms("Hi $firstname$: $StudentFirstName$ (grade $Grade$) of $SchoolName|us$."),
        sms("Hola $FirstName$: $StudentFirstName$.", "es"),
        send_to="all",
        audience={"grades": [[place.school.id, "03"]]},
    )
    send(announcement, place.admin)
    run(10)
    house.hand_over()
    run(5)
    assert {text["to"]: text["body"] for text in house.at_the_network()} == {
        phones["Ana"]: f"Hi Ana: Mateo and Sofía (grade 3) of {place.school.name}.",
        phones["Luz"]: "Hola Luz: Mateo.",
    }
    assert again(announcement).state == "finished"


def test_a_field_that_nobody_can_fill_is_refused(app: Flask) -> None:
    place = campus()
    place.families(1)
    announcement = draft(place, sms("Dear $Frist_Name$"))
    with pytest.raises(UnknownTokens) as refusal:
        service.plan(place.admin, announcement.id, version=1)
    assert "Frist_Name" in refusal.value.advice


def test_a_field_that_some_readers_have_nothing_for_needs_a_fallback(app: Flask) -> None:
    place = campus()
    first, _second = place.families(2)
    first.guardianships[0].student.grade = None
    db.session.commit()
    announcement = draft(place, sms("Grade $Grade$: call $SchoolPhone$"))
    with pytest.raises(UnresolvedTokens) as refusal:
        service.plan(place.admin, announcement.id, version=1)
    assert "$Grade$ (1)" in refusal.value.advice
    assert "$SchoolPhone$ (2)" in refusal.value.advice
    better = draft(place, sms("Grade $Grade|of your child$: call $SchoolPhone|us$"))
    assert service.plan(place.admin, better.id, version=1).addresses == 2


def test_only_who_reads_a_field_needs_a_value_and_is_counted_once(app: Flask) -> None:
    place = campus()
    first, _second = place.families(2)
    spanish = place.families(1, language="es")[0]
    for mother in (first, spanish):
        mother.guardianships[0].student.grade = None
    db.session.commit()
    texts = sms("Closed"), sms("Grado $Grade$", "es"), DraftText("voice", "en", "Grade $Grade$"), DraftText("voice", "es", "Cerrado")
    of_two = draft(place, *texts, channels=("sms", "voice"))
    assert service.preview(place.admin, of_two.id).unresolved_tokens == {"Grade": 2}  # one by text, another one by voice
    of_one = draft(place, sms("Grade $Grade$"), sms("Cerrado", "es"), DraftText("voice", "en", "Grade $Grade$"), channels=("sms", "voice"))
    assert service.preview(place.admin, of_one.id).unresolved_tokens == {"Grade": 2}  # one over both, another one by voice in English
    by_text = draft(place, sms("Closed"), DraftText("voice", "en", "Grade $Grade$"), channels=("sms",))
    assert service.preview(place.admin, by_text.id).unresolved_tokens == {}


def test_a_value_that_got_lost_since_skips_its_reader_and_says_so(app: Flask) -> None:
    place = campus()
    first, _second = place.families(2)
    announcement = draft(place, sms("Grade $Grade$"))
    send(announcement, place.admin)
    run(until="sending")
    first.guardianships[0].student.grade = None
    db.session.commit()
    run(5)
    assert db.session.query(Delivery).count() == 1
    found = counts_of(announcement.id).together
    assert (found.total, found.waiting, found.skipped) == (1, 1, {"missing_value": 1})
