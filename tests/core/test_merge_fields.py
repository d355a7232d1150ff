"""Merge fields are filled once, from what we know, and say what is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.merge_fields import MergeField, OpenField, fields_in, half_fields, render, unknown_fields, without_fields


def test_fields_are_found_with_their_fallback() -> None:
    assert fields_in("Dear $FirstName|family$ of $StudentName$") == [
        OpenField("FirstName", "family", 5),
        OpenField("StudentName", None, 27),
    ]


@pytest.mark.parametrize("text", ["", "$5 and $10", "a $ b $ c", "$First Name$", "$$", "$FirstName", "US$ and CA$"])
def test_money_is_not_a_field(text: str) -> None:
    assert fields_in(text) == []
    assert render(text, {"FirstName": "Ana"}).text == text


def test_rendering() -> None:
    values = {"FirstName": "Rosa", "StudentName": "", "TeacherName": None, "SchoolName": "  Lincoln\nElementary "}
    text = "Hi $firstname$, $StudentName|your child$ saw $TeacherName$ at $SchoolName$. $Nonsense$ $Empty|$."
    rendered = render(text, values)
    assert rendered.text == "Hi Rosa, your child saw $TeacherName$ at Lincoln Elementary. $Nonsense$ ."
    assert rendered.missing == ("TeacherName", "Nonsense")


def test_unknown_fields_are_named_once() -> None:
    assert unknown_fields("$Frist$ $FirstName$ $Frist$ $FIRSTNAME$ $Other|x$") == ["Frist", "Other"]
    assert unknown_fields("$ClassName$", known={"ClassName"}) == []


@given(st.text(max_size=60))
def test_a_value_is_never_read_as_a_field(value: str) -> None:
    value = f"$SchoolName$ {value}"
    rendered = render(f"<${MergeField.STUDENT_NAME}$>", {"StudentName": value, "SchoolName": "Lincoln"})
    assert rendered.text == f"<{' '.join(value.split())}>"


def test_taking_fields_out() -> None:
    assert without_fields("Hi $FirstName|there$!") == "Hi !"


def test_half_a_field_is_found_and_money_is_not() -> None:
    assert half_fields("Hi $FirstName, $first and grade$; $Grade|none") == ["$FirstName", "$first", "grade$", "$Grade"]
    assert half_fields("$FirstName$ pays $5, US$5, 5 $ or $ 5.$Grade|x$") == []
