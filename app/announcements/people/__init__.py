"""Where the people of an announcement come from: chosen colleagues, rows of a list, the adults of students, recipients of before.

Every source gives the same columns; `verdicts` judges their rows.
"""

from app.announcements.people.columns import GUARDIAN
from app.announcements.people.question import Question, Span, has_chosen, has_guardians
from app.announcements.people.sources import people

__all__ = ["GUARDIAN", "Question", "Span", "has_chosen", "has_guardians", "people"]
