"""What counts as an answer, as a property: a choice said in any common way is that choice, and nothing else is one."""

import unicodedata

from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.announcements import asking
from app.announcements.asking import Lack, Wording, choice_of, plain
from app.core.clock import now
from app.core.keywords import keyword

ALPHABETS = "0٠۰०０"
"""The zeros of ASCII, Arabic-Indic, Persian, Devanagari and full-width digits."""
LETTERS = st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=12)
AROUND = st.sampled_from(["", " ", ".", "!", " .", "…", ")", "\u200f", "  ", "?", "。", "\ufe0f\u20e3"])
WORDINGS = {
    "en": Wording("Come?", ("Yes", "No", "Not sure")),
    "es": Wording("¿Viene?", ("Sí", "No", "No lo sé")),
    "hi": Wording("आएँगे?", ("हाँ", "नहीं", "पता नहीं")),
}


@st.composite
def questions(draw: st.DrawFn) -> Wording:
    """Choices that can be told apart."""
    choices = draw(st.lists(LETTERS, min_size=2, max_size=9, unique_by=plain))
    assume(all(plain(choice) and not plain(choice).isdigit() and keyword(choice) is None for choice in choices))
    return Wording("?", tuple(choices))


@given(questions(), st.data())
def test_a_number_in_any_digits_and_words_in_any_case_are_the_choice(wording: Wording, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(wording.choices)))
    before, after = data.draw(AROUND), data.draw(AROUND)
    digit = chr(ord(data.draw(st.sampled_from(ALPHABETS))) + number)
    assert choice_of(f"{before}{digit}{after}", {"en": wording}, "en") == number
    choice = wording.choices[number - 1]
    for said in (choice, choice.upper(), choice.lower(), unicodedata.normalize("NFD", choice)):
        if plain(said) == plain(choice):  # some letters have no way back from their capital
            assert choice_of(f"{before}{said}{after}", {"en": wording}, "en") == number


@given(questions(), st.text(max_size=40))
@example(Wording("?", ("Yes", "No")), "no problem")
@example(Wording("?", ("Yes", "No")), "10")
@example(Wording("?", ("Yes", "No")), "1 2")
@example(Wording("?", ("Yes", "No")), "")
def test_what_is_neither_a_number_nor_the_words_of_a_choice_is_no_answer(wording: Wording, said: str) -> None:
    found = choice_of(said, {"en": wording}, "en")
    if found is None:
        return
    words = plain(said)
    assert words == plain(wording.choices[found - 1]) or (words.isdigit() and int(words) == found)


def test_other_languages_count_unless_they_are_ambiguous() -> None:
    assert choice_of("SI", WORDINGS, "en") == 1
    assert choice_of("नहीं।", WORDINGS, "hi") == 2
    assert choice_of("no", WORDINGS, "hi") == 2  # the same choice in two languages
    crossed = {"en": Wording("?", ("Ja", "Nu")), "xx": Wording("?", ("Nu", "Ja"))}
    assert choice_of("ja", crossed, "en") == 1  # her own language first
    assert choice_of("ja", crossed, "fr") is None


def test_choices_that_could_be_mistaken_are_refused() -> None:
    def why(*choices: str) -> Lack | None:
        found = asking.lacks(asking.Asked({"en": Wording("When?", choices)}), {"en"}, "en", now())
        return found[0] if found else None

    assert why("Yes", "No") is None
    assert why("Yes", "YES!") is Lack.SAME
    assert why("Stop", "Go") is Lack.KEYWORD
    assert why("2", "1") is Lack.NUMBER
    assert why("1", "2") is None
    assert why("Hello $FirstName$", "No") is Lack.FIELDS
    assert why("Yes") is Lack.CHOICES
    assert asking.lacks(asking.Asked({"en": WORDINGS["en"]}), {"en", "es"}, "en", now()) == (Lack.WORDING, "es")
