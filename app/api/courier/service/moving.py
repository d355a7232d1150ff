"""Maintenance of channels: those of one group become those of another, with its families."""

from typing import Any
from uuid import UUID

from app.accounts.models import Staff
from app.accounts.permissions import Permission
from app.accounts.service import audit
from app.api.courier.models import ChannelDetails, MessagingOperation
from app.api.courier.permissions import need
from app.api.courier.queries import people
from app.api.courier.queries.channels import channel, channel_rows, is_of_group
from app.api.refusals import Refused, Why
from app.conversations import service as threads
from app.conversations.models import Conversation, ConversationKind
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.directory.models import Group, Section

FROM, TO = "from-individual-group-id", "to-individual-group-id"


def move_group(staff: Staff, school_id: int | None, args: dict[str, Any]) -> MessagingOperation:
    """Do it in one commit, and write down what was done; what the rooms refuse is an operation that failed. Raises Refused, NotVisible."""
    need(staff, Permission.MANAGE_STAFF)
    old, new = _group(staff, args, FROM), _group(staff, args, TO)
    try:
        with transaction():
            logs = _move(staff, old, new)
            return _written(staff, school_id, args, "completed", logs)
    except HomeroomError as error:
        with transaction():
            return _written(staff, school_id, args, "failed", {"code": error.code, "detail": error.advice})


def _written(staff: Staff, school_id: int | None, args: dict[str, Any], status: str, logs: dict[str, Any]) -> MessagingOperation:
    kept = {name: str(args[name]) for name in (FROM, TO)}
    operation = MessagingOperation(
        district_id=staff.district_id, school_id=school_id, kind="move-group", args=kept, logs=logs, status=status, created_by_id=staff.id,
        changed_at=now(),
    )  # fmt: skip
    db.session.add(operation)
    db.session.flush()
    audit("texting.changed", operation, {"operation": "move-group"}, by=staff, district_id=staff.district_id)
    return operation


def _move(staff: Staff, old: Section | Group, new: Section | Group) -> dict[str, Any]:
    wanted = {each.id: each for each in people.main_contacts([student.id for student in people.students_of(staff, new)])}
    points = people.points_of(list(wanted.values()))
    moved: list[str] = []
    added = removed = 0
    for talk in db.session.scalars(channel_rows(staff).where(is_of_group(old)).order_by(Conversation.id)).all():
        details = db.session.get_one(ChannelDetails, talk.id)
        is_class = isinstance(new, Section)
        details.section_id, details.group_id = (new.id, None) if is_class else (None, new.id)
        moved.append(str(talk.uuid))
        if details.is_floating or talk.kind == ConversationKind.DIRECT:
            continue
        inside = {member.guardian.id: member for member in channel(staff, talk).members if member.guardian is not None}
        for guardian_id, member in inside.items():
            if guardian_id not in wanted:
                threads.remove_member(staff, member.place.id)
                removed += 1
        if fresh := [points[guardian_id].id for guardian_id in wanted if guardian_id not in inside and guardian_id in points]:
            added += len(threads.add_members(staff, talk.id, fresh))
    return {"channels": moved, "added": added, "removed": removed}


def _group(staff: Staff, args: dict[str, Any], name: str) -> Section | Group:
    try:
        return people.group(staff, UUID(str(args[name])))
    except (KeyError, ValueError) as error:
        raise Refused(Why.RULE, f"Name the group as args.{name}.", field=f"body/data/attributes/args/{name}") from error
