"""A translation keeps times, amounts, names and negations, or is caught."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations.translation.facts import lost_facts


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
        ("Mateo was great", "Mathew estuvo genial", "es", ["Mateo"]),
        ("Hi $FirstName$", "Hola $Nombre$", "es", ["$FirstName$"]),
        ("See https://x.org/a", "Vea https://x.org/b", "es", ["https://x.org/a"]),
        ("2 and 2", "2", "es", ["2"]),
    ],
)
def test_what_changes_a_fact_is_caught(original: str, translated: str, target: str, lost: list[str]) -> None:
    assert lost_facts(original, translated, source="en", target=target, names=["Rosa Hernández", "Mateo"]) == lost


@given(st.text(max_size=200))
def test_a_text_keeps_its_own_facts(text: str) -> None:
    assert lost_facts(text, text) == []


@given(st.text(max_size=60), st.integers(100, 9999), st.text(max_size=60))
def test_a_number_never_disappears_unseen(before: str, number: int, after: str) -> None:
    assert lost_facts(f"{before} {number} {after}", "") != []
