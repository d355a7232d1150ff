"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class SurveyAnswered:
    """Its numbers moved, or it was closed or opened: browsers are to hear of it, at most once a second."""

    name: ClassVar[str] = "survey.answered"
    district_id: int
    survey_id: int


@dataclass(frozen=True, slots=True)
class SurveyProgressed:
    """The same for browsers, whatever the number of answers."""

    name: ClassVar[str] = "survey.progressed"
    district_id: int
    survey_id: int
