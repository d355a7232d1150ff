"""A translation keeps times, amounts, names and negations, or is caught."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations.translation.facts import lost_facts
from app.core import phrase_book


@pytest.mark.parametrize(
    ("original", "translated", "target"),
    [
        ("The bus leaves at 8:45, back by 2:30 PM.", "El autobús sale a las 8:45 y regresa a las 14:30.", "es"),
        ("See you at 3 PM", "Nos vemos a las 3 de la tarde", "es"),
        ("See you at 3 PM", "Nos vemos a las 15:00", "es"),
        ("Please bring $5.50", "Por favor traiga $5,50", "es"),
        ("1,500 families", "1.500 familias", "es"),
        ("Zoo on Friday, November 20", "Zoológico el viernes 20 de noviembre", "es"),
        ("Zoo on Friday, November 20", "11月20日（星期五）去动物园", "zh"),
        ("Zoo on Friday", "Зоопарк в пятницу", "ru"),
        ("Mateo may not go", "Mateo no puede ir", "es"),
        ("You may come", "Puede venir", "es"),
        ("At 8:45", "الساعة ٨:٤٥", "ar"),
        ("Dear $FirstName|there$, see https://x.org/a", "Estimada $FirstName|there$, vea https://x.org/a", "es"),
        ("I can't wait", "Con muchas ganas", "es"),
        ("Please do not wait for the bus.", "Xin đừng chờ xe buýt.", "vi"),
        ("The bus is not here yet. Thank you.", "Xe buýt chưa đến. Cảm ơn.", "vi"),
        ("No school tomorrow.", "Ngày mai học sinh được nghỉ học.", "vi"),
        ("No school tomorrow.", "明天放假。", "zh"),
        ("Do not come tomorrow.", "Nou pap travay demen.", "ht"),
    ],
)
def test_what_says_the_same_passes(original: str, translated: str, target: str) -> None:
    assert lost_facts(original, translated, source="en", target=target, names=["Rosa Hernández", "Mateo"]) == []


@pytest.mark.parametrize(
    ("original", "translated", "target", "lost"),
    [
        ("The bus leaves at 8:45", "El autobús sale a las 9:45", "es", ["8:45"]),
        ("Bring $5.50", "Traiga $5", "es", ["50"]),
        ("Room 12", "Sala", "es", ["12"]),
        ("Zoo on Friday", "Zoológico el jueves", "es", ["Friday"]),
        ("In November", "En diciembre", "es", ["November"]),
        ("Do not come tomorrow", "Venga mañana", "es", ["not"]),
        ("Don't come", "Приходите", "ru", ["not"]),
        ("Do not come. Thank you.", "Hãy đến. Cảm ơn quý vị.", "vi", ["not"]),
        ("Do not come this week.", "Приходите на этой неделе.", "ru", ["not"]),
        ("Mateo was great", "Mathew estuvo genial", "es", ["Mateo"]),
        ("Hi $FirstName$", "Hola $Nombre$", "es", ["$FirstName$"]),
        ("See https://x.org/a", "Vea https://x.org/b", "es", ["https://x.org/a"]),
        ("2 and 2", "2", "es", ["2"]),
    ],
)
def test_what_changes_a_fact_is_caught(original: str, translated: str, target: str, lost: list[str]) -> None:
    assert lost_facts(original, translated, source="en", target=target, names=["Rosa Hernández", "Mateo"]) == lost


@pytest.mark.parametrize("target", [language for language in phrase_book.LANGUAGES if language != "en"])
def test_nothing_that_the_phrase_book_says_is_warned_of(target: str) -> None:
    book = json.loads(Path("app/core/data/phrases.json").read_text())["phrases"]
    values = {"time": "8:45", "name": "Mateo", "number": "12", "amount": "$5", "day": "5"}
    checked = 0
    for words in (words for phrase in book for words in phrase["en"]):
        sentence = re.sub(r"\{(\w+?)\d*\}", lambda slot: values.get(slot[1], "Mateo"), words)
        if translated := phrase_book.translate(sentence, "en", target):
            assert lost_facts(sentence, translated, source="en", target=target) == [], sentence
            checked += 1
    assert checked > 100


@given(st.text(max_size=200))
def test_a_text_keeps_its_own_facts(text: str) -> None:
    assert lost_facts(text, text) == []


@given(st.text(max_size=60), st.integers(100, 9999), st.text(max_size=60))
def test_a_number_never_disappears_unseen(before: str, number: int, after: str) -> None:
    assert lost_facts(f"{before} {number} {after}", "") != []
