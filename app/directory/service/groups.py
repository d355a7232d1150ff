"""Saving and deleting groups."""

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Role, Staff
from app.accounts.service import audit
from app.core.database import db, transaction
from app.core.errors import HomeroomError, NotVisible
from app.directory.models import Enrollment, Group, GroupMember, GroupSection, Section
from app.directory.queries.choosing import section_is_within_reach_of
from app.directory.queries.groups import chosen_in, group_changed_by
from app.directory.queries.reach import school_visible_to, students_within_reach

MOST_MEMBERS = 500


class GroupNameTaken(HomeroomError):
    """Two groups of one person would look alike in every menu."""

    code = "group_name_taken"
    advice = _l("You have a group of this name already. Choose another name, or change that group.")


class EmptyGroup(HomeroomError):
    """A group of nobody reaches nobody."""

    code = "empty_group"
    advice = _l("Choose at least one student or class.")


class GroupTooLarge(HomeroomError):
    """Who wants to reach a whole school narrows an announcement to it instead."""

    code = "group_too_large"
    advice = _l("A group holds at most %(most)s students. Make two of it.", most=MOST_MEMBERS)


@dataclass(frozen=True, slots=True)
class Sharing:
    """With whom a group is shared: nobody, one school, or (None) the whole district."""

    is_shared: bool = False
    school_id: int | None = None


@dataclass(frozen=True, slots=True)
class GroupData:
    """What a person chose."""

    name: str
    sharing: Sharing
    student_ids: Collection[int]
    section_ids: Collection[int] = ()
    """Classes, whose students follow the roster."""


def save_group(staff: Staff, group_id: int | None, data: GroupData) -> Group:
    """Make a group, or change one. Members and classes that this person cannot see stay in it; only its owner changes the sharing.

    Raises GroupNameTaken, EmptyGroup, GroupTooLarge, GroupOfSomebodyElse or NotVisible.
    """
    with transaction():
        group = group_changed_by(staff, group_id) if group_id is not None else _new(staff)
        if group.owner_id == staff.id:
            _check_sharing(staff, data.sharing)
            group.is_shared = data.sharing.is_shared
            group.school_id = data.sharing.school_id if data.sharing.is_shared else None
        before, followed = chosen_in(group_id) if group_id is not None else (set(), set())
        wanted = (before - students_within_reach(staff, before)) | students_within_reach(staff, data.student_ids)
        follows = (followed - _within_reach(staff, followed)) | _within_reach(staff, data.section_ids)
        if not wanted and not follows:
            raise EmptyGroup
        students = len(wanted | _enrolled(follows))
        if students > MOST_MEMBERS:
            raise GroupTooLarge
        _refuse_twin(group, data.name)
        group.name = data.name
        if group_id is None:
            db.session.add(group)
        try:
            db.session.flush()
        except IntegrityError as error:  # the other half of a double click was quicker
            raise GroupNameTaken from error
        db.session.execute(delete(GroupMember).where(GroupMember.group_id == group.id, GroupMember.student_id.in_(before - wanted)))
        db.session.add_all(GroupMember(group_id=group.id, student_id=number) for number in sorted(wanted - before))
        db.session.execute(delete(GroupSection).where(GroupSection.group_id == group.id, GroupSection.section_id.in_(followed - follows)))
        db.session.add_all(GroupSection(group_id=group.id, section_id=number) for number in sorted(follows - followed))
        audit("group.saved", group, {"name": group.name, "students": students})
    return group


def delete_group(staff: Staff, group_id: int) -> str:
    """Delete a group, and return the name it had. Conversations that began from it go on. Raises as `save_group`."""
    with transaction():
        group = group_changed_by(staff, group_id)
        name = group.name
        audit("group.deleted", group, {"name": name})
        db.session.execute(delete(GroupMember).where(GroupMember.group_id == group.id))
        db.session.execute(delete(GroupSection).where(GroupSection.group_id == group.id))
        db.session.delete(group)
    return name


def _new(staff: Staff) -> Group:
    return Group(district_id=staff.district_id, owner_id=staff.id)


def _within_reach(staff: Staff, section_ids: Collection[int]) -> set[int]:
    return set(db.session.scalars(select(Section.id).where(Section.id.in_(section_ids), section_is_within_reach_of(staff))))


def _enrolled(section_ids: Collection[int]) -> set[int]:
    rows = select(Enrollment.student_id).where(Enrollment.section_id.in_(section_ids), Enrollment.is_active.is_(True))
    return set(db.session.scalars(rows))


def _check_sharing(staff: Staff, sharing: Sharing) -> None:
    if not sharing.is_shared:
        return
    if sharing.school_id is not None:
        school_visible_to(staff, sharing.school_id)
    elif staff.role != Role.DISTRICT_ADMIN:
        raise NotVisible


def _refuse_twin(group: Group, name: str) -> None:
    twin = select(Group.id).where(Group.owner_id == group.owner_id, Group.name == name)
    if group.id is not None:
        twin = twin.where(Group.id != group.id)
    if db.session.scalar(twin) is not None:
        raise GroupNameTaken
