"""The phrase book says what was said, or nothing."""

import json
import re
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import phrase_book
from app.core.phrase_book import LANGUAGES, translate

BOOK = json.loads((Path(phrase_book.__file__).with_name("data") / "phrases.json").read_text(encoding="utf-8"))
VALUES = {"name": "Mateo", "time": "3:30", "number": "15", "amount": "$12.50"}
PAIRS = list(permutations(LANGUAGES, 2))


def filled(wording: str, language: str) -> str:
    friday = BOOK["dates"][language]["days"][4][0]
    return wording.format(**VALUES, date=friday)


def words(text: str) -> list[str]:
    return re.findall(r"[\w$]+", text)


@pytest.mark.parametrize("phrase", BOOK["phrases"], ids=lambda phrase: phrase["id"])
def test_every_phrase_goes_into_and_out_of_every_language(phrase):
    for source, target in [pair for pair in PAIRS if "en" in pair]:
        for wording in phrase[source]:
            said = translate(filled(wording, source), source, target)
            assert said is not None, (source, target, wording)
            assert words(said) == words(filled(phrase[target][0], target)), (source, target, wording)


@pytest.mark.parametrize("phrase", BOOK["phrases"], ids=lambda phrase: phrase["id"])
def test_every_language_has_the_same_slots(phrase):
    slots = {tuple(sorted(re.findall(r"\{\w+\}", wording))) for language in LANGUAGES for wording in phrase[language]}
    assert len(slots) == 1


@pytest.mark.parametrize(
    ("text", "source", "target", "said"),
    [
        ("School is closed tomorrow.", "en", "es", "La escuela estará cerrada mañana."),
        ("no school on monday", "en", "es", "La escuela estará cerrada el lunes."),
        ("There is no school on March 3.", "en", "fr", "L'école est fermée le 3 mars."),
        ("The bus leaves at 8:45 AM", "en", "vi", "Xe buýt khởi hành lúc 8:45 AM."),
        ("The bus leaves at 8:45 a.m.", "en", "es", "El autobús sale a las 8:45 a.m."),
        ("GRACIAS!!", "es", "en", "Thank you."),
        ("Hola María: ¡Gracias por avisarme! Nos vemos mañana.", "es", "en", "Hello María, Thank you for telling me. See you tomorrow."),
        ("Hello Rosa, school is closed tomorrow. Thank you!", "en", "zh", "Rosa，您好，明天学校停课。谢谢。"),
        (
            "Thank you for telling me. I hope Mateo feels better soon!",
            "en",
            "es",
            "Gracias por avisarme. ¡Espero que Mateo se mejore pronto!",
        ),
        (
            "Good morning, Ana María has a fever and will stay home today.",
            "en",
            "ru",
            "Доброе утро! У Ana María температура, сегодня дома.",
        ),
        ("con toi bi benh", "vi", "en", "My child is sick."),
        ("Good morning!", "en", "es", "¡Buenos días!"),
        ("Good morning", "en", "zh-TW", "早上好。"),
        ("Hom nay con toi bi benh", "vi", "en", "My child is sick today."),
        ("شُكْراً", "ar", "en", "Thank you."),
        ("好的,谢谢老师。", "zh", "en", "Thank you very much, teacher."),
        ("Mahadsanid macallin, waan fahmay", "so", "en", "Thank you very much, teacher. I understand."),
        ("Дуже дякую, ми прийдемо.", "uk", "es", "Muchas gracias. Ahí estaremos."),
        ("See you tomorrow! 😊👍", "en", "es", "Nos vemos mañana. 😊👍"),
        ("王小明今天生病了。", "zh", "en", "王小明 is sick today."),
        ("I’ll be 10 minutes late", "en", "es", "Voy a llegar 10 minutos tarde."),
        ("Perfecto, ¿a qué hora sale el bus?", "es", "en", None),
    ],
)
def test_as_people_write(text, source, target, said):
    assert translate(text, source, target) == said


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("My son is sick today and throwing up.", "en"),
        ("my neighbour has a fever.", "en"),
        ("He is sick today.", "en"),
        ("The whole class has a fever.", "en"),
        ("School is closed on Blursday.", "en"),
        ("School is closed on March 45.", "en"),
        ("School is not closed tomorrow.", "en"),
        ("Don't pick up Mateo at 3:30.", "en"),
        ("Thank you. Something else entirely.", "en"),
        ("The bus leaves at noon.", "en"),
        ("", "en"),
        ("   ", "en"),
        ("😊", "en"),
        ("Gracias", "en"),
        ("Thank you", "xx"),
        ("Thank you. " * 100, "en"),
    ],
)
def test_what_is_not_in_the_book_is_not_guessed(text, source):
    assert translate(text, source, "es") is None


def test_the_same_language_needs_no_book():
    assert translate("Thank you.", "en", "en") is None


@given(st.text(max_size=120), st.sampled_from(PAIRS))
def test_any_text_is_answered(text, pair):
    translate(text, *pair)


@given(st.integers(1, 12), st.integers(0, 59), st.sampled_from(["", " PM", "pm", " a.m."]), st.sampled_from(PAIRS))
def test_times_are_carried_over_as_written(hour, minute, half, pair):
    source, target = pair
    said = f"{hour}:{minute:02}{half}"
    phrase = next(phrase for phrase in BOOK["phrases"] if phrase["id"] == "bus_leaves")
    translated = translate(phrase[source][0].format(time=said), source, target)
    assert translated == phrase[target][0].format(time=said).replace("..", ".")
