"""Families in their languages: words taken over from one channel to another, and what nobody wrote for whom."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.database import db
from app.directory.models import ContactKind
from tests.announcements.pages import form, the_one
from tests.announcements.schools import Campus, campus
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import ContactPointFactory

BOTH = {"channel": ["sms", "email"], "body-email-en": "Closed tomorrow.", "subject-email-en": "Closed", "origin-email-en": "written"}


@pytest.fixture
def place(house: House) -> Campus:
    """Families with phones and emails that read English, Spanish, Vietnamese and Chinese."""
    found = campus()
    for language, number in (("en", 3), ("es", 2), ("vi", 4), ("zh", 1)):
        for mother in found.families(number, language=language):
            ContactPointFactory(guardian=mother, kind=ContactKind.EMAIL, address=f"mother{mother.id}@family.test")
    db.session.commit()
    return found


@pytest.fixture
def admin(place: Campus, sign_in: SignIn) -> FlaskClient:
    """The principal's browser."""
    return sign_in(place.admin)


def test_one_translation_serves_the_other_channels(place: Campus, admin: FlaskClient) -> None:
    spanish = {"body-sms-es": "Mañana no hay clases.", "origin-sms-es": "written"}
    kept = admin.post("/announcements/new", data=form(place, act="save", **BOTH, **spanish)).location
    page = admin.get(kept).text
    assert re.search(r'value="share:sms:es"[^>]*>.*?Use this text for email too', page)
    assert 'value="share:sms:en"' not in page  # email says something in English already
    admin.post(kept, data=form(place, act="share:sms:es", version="1", **BOTH, **spanish))
    written = {(text.channel, text.language): text for text in the_one().texts}
    assert written["email", "es"].body == "Mañana no hay clases."
    assert written["email", "en"].body == "Closed tomorrow."
    assert written["email", "es"].subject == ""
    page = unescape(admin.get(kept).text)
    assert "The email in Spanish has no subject: 2 people see “Closed” there." in page
    assert 'value="share:sms:es"' not in page


def test_a_channel_that_is_added_takes_the_words_and_no_title_in_another_language(place: Campus, admin: FlaskClient) -> None:
    spanish = {"body-sms-es": "Mañana no hay clases."}
    kept = admin.post("/announcements/new", data=form(place, act="save", **spanish)).location
    admin.post(kept, data=form(place, act="save", version="1", channel=["sms", "email"], **spanish))
    subjects = {text.language: text.subject for text in the_one().texts if text.channel == "email"}
    assert subjects == {"en": "Closed", "es": ""}


def test_what_was_taken_over_follows_the_text_until_somebody_words_it_otherwise(place: Campus, admin: FlaskClient) -> None:
    def said() -> dict[str, str]:
        return {text.channel: text.body for text in the_one().texts}

    def save(text: str, call: str, email: str, act: str = "save") -> TestResponse:
        sent = {"body-sms-en": text, "body-voice-en": call, "body-email-en": email, "subject-email-en": "Photos"}
        data = form(place, act=act, channel=["sms", "voice", "email"], version=str(the_one().version), **sent)
        return admin.post(kept, data=data, headers={"Accept": "application/json"} if act == "save" else {})

    wrong, right, mine = "Photo day is Monday. $GuardianFirst", "Photo day is Monday. $5 each, $Frst$.", "Photos on Monday."
    kept = admin.post("/announcements/new", data=form(place, act="save", **{"body-sms-en": wrong})).location
    admin.post(kept, data=form(place, act="save", version="1", channel=["sms", "voice", "email"], **{"body-sms-en": wrong}))
    assert said() == dict.fromkeys(("sms", "voice", "email"), wrong)
    page = unescape(admin.get(kept).text)
    half = "Only half a field, which would go out as it stands: $GuardianFirst (text, English; voice call, English; email, English)"
    assert half in page, page[page.index('id="checks"') :][:900]
    assert half in unescape(admin.get(f"/announcements/{the_one().id}/review").text)
    answer = save(right, wrong, mine)
    assert said() == {"sms": right, "voice": right, "email": mine}
    assert answer.json is not None
    assert answer.json["texts"] == [{"key": "voice-en", "body": right, "is_machine": False}]  # into the box on the page
    page = unescape(admin.get(kept).text)
    assert "Nobody can fill Frst (text, English; voice call, English)." in page
    assert "half a field" not in page
    assert "Changes along with text, until you change it here." in page
    save("Photo day is Tuesday.", right, mine)
    assert said() == {"sms": "Photo day is Tuesday.", "voice": "Photo day is Tuesday.", "email": mine}
    assert re.search(r'Other words than for text\..*?value="same:email:en"', admin.get(kept).text)
    save("Photo day is Tuesday.", "Photo day is Tuesday.", mine, act="same:email:en")
    assert said() == dict.fromkeys(("sms", "voice", "email"), "Photo day is Tuesday.")


def test_the_review_counts_who_gets_a_language_they_do_not_read(place: Campus, admin: FlaskClient) -> None:
    spanish = {"body-sms-es": "Mañana no hay clases.", "body-email-vi": "Ngày mai nghỉ học.", "subject-email-vi": "Nghỉ học"}
    place.families(1)
    db.session.commit()
    kept = admin.post("/announcements/new", data=form(place, act="save", **BOTH, **spanish)).location
    number = the_one().id
    review = unescape(admin.get(f"/announcements/{number}/review").text)
    assert "Who reads Vietnamese gets 4 texts in English, and only the email in Vietnamese." in review
    assert "1 person gets English though they read Chinese." in review
    assert "Who reads Spanish gets 2 emails in English, and only the text in Spanish." in review
    page = admin.get(kept).text
    of_texts, of_emails = (
        {key: int(n) for key, n in re.findall(rf'id="readers-{channel}-(\w+)">(\d+) r', page)} for channel in ("sms", "email")
    )
    assert of_texts == {"en": 3, "es": 2, "vi": 4, "zh": 1} | {"en": 4}  # and one with a phone and no email
    assert of_emails == {"en": 3, "es": 2, "vi": 4, "zh": 1}
    ways = re.findall(r'href="(/announcements/\d+/people\?[^"]*)">([^<]*)<', review)
    assert len(ways) == 4
    for href, words in ways:
        shown = admin.get(href).text
        assert shown.count('<td class="wide">') == int(re.search(r"\d+", words)[0])  # type: ignore[index]  # it says so
    assert any("channel=sms" in href and "reads:vi" in href for href, _words in ways)
    place_of_vietnamese = re.search(r'href="(/announcements/\d+/edit\?language=vi)#(panel-sms-vi)"', review)
    assert place_of_vietnamese is not None
    assert f'id="{place_of_vietnamese[2]}"' in admin.get(place_of_vietnamese[1]).text
    texts = review[review.index("Read all") :]
    assert re.search(r"Email, Vietnamese</strong></p><p[^>]*>.*?Nghỉ học", texts)
    assert kept


def test_the_review_tells_what_a_translation_lost(place: Campus, admin: FlaskClient) -> None:
    words = {"body-sms-en": "School ends at 2:30 PM.", "body-sms-es": "Las clases terminan a las 3:30 PM.", "origin-sms-es": "written"}
    kept = admin.post("/announcements/new", data=form(place, act="save", **words)).location
    review = kept.replace("/edit", "/review")
    assert re.search(r"Lost or changed in translation</strong>.*?Spanish: 2:30 PM", admin.get(review).text, re.DOTALL)
    right = words | {"body-sms-es": "Las clases terminan a las 14:30."}
    admin.post(kept, data=form(place, act="save", version="1", **right))
    assert "Lost or changed in translation</strong>" not in admin.get(review).text


def test_what_the_translator_does_not_know_is_said_of_each_language(place: Campus, admin: FlaskClient) -> None:
    admin.post("/announcements/new", data=form(place, act="save", **{"body-sms-en": "Thank you."}))
    address = f"/announcements/{the_one().id}/translate"
    said = admin.post(address, data={"channel": "sms", "language": ["es", "xx-made-up", "vi"]}).json["texts"]
    assert [one["language"] for one in said] == ["es", "xx-made-up", "vi"]
    assert said[0]["body"]
    assert "problem" not in said[0]
    assert said[1]["problem"]
    assert "body" not in said[1]
    assert said[2]["body"]
