"""What a text costs must be what the carrier bills."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.sms import (
    GSM_CHARACTERS,
    LONGEST_SMS,
    MOST_SEGMENTS,
    Encoding,
    Offender,
    Rates,
    measure,
    measure_draft,
    split,
    straighten,
)

# Texts near the seams: few kinds of characters, long enough for several parts.
gsm_texts = st.text(st.sampled_from(sorted(GSM_CHARACTERS)), max_size=700)
any_texts = st.text(st.sampled_from("aé€[ж😀👩\n "), max_size=400) | st.text(max_size=200)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "gsm7", 0, 0),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 200, "gsm7", 200, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("a" * 459, "gsm7", 459, 3),
        ("a" * 460, "gsm7", 460, 4),
        ("a" * 612, "gsm7", 612, 4),
        ("a" * 613, "gsm7", 613, 5),
        ("a" * 1530, "gsm7", 1530, 10),
        ("a" * 1531, "gsm7", 1531, 11),
        ("€" * 80, "gsm7", 160, 1),
        ("€" * 81, "gsm7", 162, 2),
        ("€" * 152, "gsm7", 304, 2),
        ("€" * 153, "gsm7", 306, 3),  # 76 in a part: none is split
        ("Ö" * 160, "gsm7", 160, 1),
        ("\f" * 81, "gsm7", 162, 2),
        ("ж" * 70, "ucs2", 70, 1),
        ("ж" * 71, "ucs2", 71, 2),
        ("ж" * 134, "ucs2", 134, 2),
        ("ж" * 135, "ucs2", 135, 3),
        ("ж" * 201, "ucs2", 201, 3),
        ("ж" * 202, "ucs2", 202, 4),
        ("ж" * 268, "ucs2", 268, 4),
        ("ж" * 670, "ucs2", 670, 10),
        ("ж" * 671, "ucs2", 671, 11),
        ("😀" * 35, "ucs2", 70, 1),
        ("😀" * 36, "ucs2", 72, 2),
        ("😀" * 66, "ucs2", 132, 2),
        ("😀" * 67, "ucs2", 134, 3),  # 33 in a part
        ("€" * 70 + "ж", "ucs2", 71, 2),  # extension characters count once outside GSM
        ("a" * 69 + "☺", "ucs2", 70, 1),
        ("`", "ucs2", 1, 1),
        ("ç", "ucs2", 1, 1),
        ("Ç", "gsm7", 1, 1),
        ("\t", "ucs2", 1, 1),
    ],
)
def test_the_billing_table(text: str, encoding: str, units: int, segments: int) -> None:
    measured = measure(text)
    assert (measured.encoding, measured.units, measured.segments) == (encoding, units, segments)
    assert measured.characters == len(text)
    assert measured.fits == (0 < segments <= MOST_SEGMENTS)
    assert len(split(text)) == segments


def test_the_alphabet_has_its_137_characters() -> None:
    assert len(GSM_CHARACTERS) == 127 + 10  # 128 septets, of which one is the escape to the 10 of the extension
    assert measure("a" * LONGEST_SMS).fits
    assert not measure("a" * (LONGEST_SMS + 1)).fits


@given(any_texts | gsm_texts)
def test_parts_join_to_the_text_and_each_fits(text: str) -> None:
    measured, parts = measure(text), split(text)
    assert "".join(parts) == text
    assert len(parts) == measured.segments
    if len(parts) > 1:
        room = 153 if measured.encoding is Encoding.GSM7 else 67
        costs = [_units(part, measured.encoding) for part in parts]
        assert max(costs) <= room
        # No part could have taken the character that opens the next one.
        assert all(cost + _units(after[0], measured.encoding) > room for cost, after in zip(costs, parts[1:], strict=False))
        assert measured.room_left == room - costs[-1]


@given(any_texts, st.characters())
def test_one_more_character_never_makes_a_text_cheaper(text: str, character: str) -> None:
    assert measure(text + character).segments >= measure(text).segments


@given(gsm_texts)
def test_gsm_text_has_no_offenders(text: str) -> None:
    measured = measure(text)
    assert measured.encoding is Encoding.GSM7
    assert measured.offenders == []


@given(st.text())
def test_offenders_are_where_they_say(text: str) -> None:
    for offender in measure(text).offenders:
        assert text[offender.position] == offender.character
        assert offender.character not in GSM_CHARACTERS
        if offender.replacement is not None:
            assert measure(offender.replacement).encoding is Encoding.GSM7


@given(st.text())
def test_straightening_twice_changes_nothing_more(text: str) -> None:
    once = straighten(text)
    assert straighten(once) == once


@given(gsm_texts.filter(lambda text: "\r\n" not in text))
def test_straightening_leaves_plain_text_alone(text: str) -> None:
    assert straighten(text) == text
    assert straighten(text, drop_accents=True) == text


def test_curly_quotes_cost_a_part_and_one_click_saves_it() -> None:
    typed = "The bus leaves at 8:45, so please drop Mateo off by 8:20. We’ll be back by 2:30 – promise…"
    measured = measure(typed)
    assert (measured.encoding, measured.segments) == (Encoding.UCS2, 2)
    assert measured.straightening_helps
    assert measured.offenders == [
        Offender(typed.index("’"), "’", "'"),
        Offender(typed.index("–"), "–", "-"),
        Offender(typed.index("…"), "…", "..."),
    ]
    straight = straighten(typed)
    assert straight.endswith("We'll be back by 2:30 - promise...")
    assert measure(straight).segments == 1


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("“Hola”\u00a0«tú»", '"Hola" "tú"'),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("cafe\u0301", "café"),
        ("a\tb", "a b"),
        ("👩\u200d🏫 ok", "👩\u200d🏫 ok"),  # the joiner belongs to the emoji
        ("привет – да", "привет - да"),
    ],
)
def test_straightening(typed: str, plain: str) -> None:
    assert straighten(typed) == plain


def test_accents_go_only_when_asked() -> None:
    assert straighten("mañana será fácil") == "mañana será fácil"
    assert straighten("mañana será fácil, cœur", drop_accents=True) == "mañana sera facil, coeur"
    assert straighten("đón bé lúc 15:30", drop_accents=True) == "don bé luc 15:30"
    assert straighten("привет", drop_accents=True) == "привет"


def test_open_merge_fields_make_it_at_least() -> None:
    draft = measure_draft("Hi $FirstName|there$, " + "a" * 150)
    assert draft.at_least
    assert (draft.units, draft.segments) == (155, 1)
    assert measure_draft("$FirstName$").segments == 1
    assert not measure_draft("It costs $5 or $10").at_least
    assert measure("Hi $FirstName$").units == 14


@given(
    st.lists(st.sampled_from(["Hi ", "$FirstName$", "€", "ж", "a" * 80]), max_size=12),
    st.sampled_from(["Al", "Жанна"]),
)
def test_a_draft_never_promises_more_than_the_reader_gets(pieces: list[str], name: str) -> None:
    template = "".join(pieces)
    assert measure_draft(template).segments <= measure(template.replace("$FirstName$", name)).segments


def test_price() -> None:
    rates = Rates(sms_segment=Decimal("0.8"), mms=Decimal(2))
    assert rates.of_sms(measure("a" * 161), copies=100) == Decimal(160)
    assert rates.of_mms(copies=3) == Decimal(6)
    assert rates.of_sms(measure("")) == 0


def _units(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.UCS2:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return sum(2 if character in "\f^{}\\[~]|€" else 1 for character in text)
