"""What fields with a fixed set of answers offer."""

from collections.abc import Iterable

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs


def choices_of(pairs: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """The (value, label) pairs as WTForms takes them, in their order."""
    return [SelectChoice(value, label) for value, label in pairs]
