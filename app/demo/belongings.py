"""What the staff of the invented district keep: saved replies and groups."""

from datetime import timedelta

from app.core.clock import now
from app.core.ids import new_uuid
from app.demo.house import House

DANA, MARISOL, CEDAR_GROVE = 1, 2, 1
SHARED, OWN = None, DANA
REPLIES = (
    (SHARED, "pickup", "Early pickup", "Thank you, $FirstName|and good morning$. Please sign $StudentFirstName$ out at the front desk."),
    (SHARED, "absent", "Absence noted", "Thank you for telling us. $StudentFirstName$ is marked as excused today. Get well soon!"),
    (SHARED, "office", "The way to the office", "The office is open from 7:45 AM to 3:30 PM. You can also call $SchoolPhone$."),
    (SHARED, "lunch", "Lunch account", "You can fill $StudentFirstName$’s lunch account in the office or online; ask us for the link."),
    (OWN, "homework", "Where the homework is", "Homework for $SectionName$ is in the blue folder, and on the class page by 4 PM."),
    (OWN, "call", "Shall I call you?", "This is easier to talk about. When may I call you, $FirstName|please$? I’m free after 3 PM."),
)  # fmt: skip
"""Whose it is (a school's or a person's), its shortcut, its name and its words."""
GROUPS = (("Zoo trip drivers", DANA, False, 4), ("Chess club", MARISOL, True, 17))
"""Name, owner, whether the school shares it, and every how many of the students it may take: a teacher's own, or all."""


def build_belongings(house: House) -> None:
    """Replies for every day, and two groups of students."""
    for owner, shortcut, title, body in REPLIES:
        house.add(
            "saved_replies", district_id=1, school_id=None if owner else CEDAR_GROVE, staff_id=owner, shortcut=shortcut, title=title,
            body=body, created_at=now() - timedelta(days=60),
        )  # fmt: skip
    for name, owner, is_shared, every in GROUPS:
        group = house.add(
            "groups", uuid=new_uuid(), district_id=1, school_id=CEDAR_GROVE, owner_id=owner, name=name, is_shared=is_shared,
            created_at=now() - timedelta(days=40),
        )  # fmt: skip
        for student in _students(house, owner)[::every]:
            house.link("group_members", group_id=group, student_id=student)


def _students(house: House, owner: int) -> list[int]:
    """Whom this person may write to: the students of her classes, or her school's where she has none."""
    classes = {one["section_id"] for one in house.rows["section_teachers"] if one["staff_id"] == owner}
    own = [one["student_id"] for one in house.rows["enrollments"] if one["section_id"] in classes]
    return own or [one["id"] for one in house.rows["students"] if one["school_id"] == CEDAR_GROVE]
