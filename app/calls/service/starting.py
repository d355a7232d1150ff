"""Beginning a conference: the rows are written, and the worker has the moderator's phone ring."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.behind import bearer_behind
from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.calls.errors import NobodyToCall, NoEmergency, NoNumberToCallFrom, NotAPhone, SamePhone, TooMany
from app.calls.models import Call, ConferenceCall, ConferenceParticipant, PartRole, WishKind
from app.calls.queries import colleagues_with_phone
from app.calls.service import steps
from app.calls.service.belonging import refuse_outsiders
from app.calls.service.dialling import dialled, refuse_dear
from app.calls.service.gate import Phone, quiet_until, refuse_forbidden
from app.calls.service.moderators import moderator_leg
from app.conversations.models import Participant
from app.conversations.pairing import number_for_all
from app.conversations.queries import conversation_visible_to
from app.conversations.queries_reach import children_within_reach, contact_points_within_reach
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.directory.models import ContactKind, District, Guardian, PhoneNumber, Purpose, School
from app.directory.queries.reach import guardian_visible_to

MOST = 250
LONGEST_MINUTES = 240


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody by number: an interpreter, a case worker, a colleague's phone."""

    name: str
    phone: str
    role: PartRole = PartRole.OTHER


@dataclass(frozen=True, slots=True)
class Plan:
    """What was chosen in the form."""

    request_key: str
    moderator_phone: str
    conversation_id: int | None = None
    guardian_id: int | None = None
    point_ids: Sequence[int] = ()
    others: Sequence[Invitee] = ()
    welcome_message: str = ""
    maximum_minutes: int = 60
    ends_with_moderator: bool = True
    colleague_ids: Sequence[int] = ()
    is_briefing: bool = False
    """Then the interpreter is called alone, and the others once the briefing ends."""
    is_emergency: bool = False
    """Then phones ring at night, too; that is written down."""
    number_id: int | None = None
    """Ours that everybody sees, in the place of the one that the thread speaks from."""
    moderator_name: str | None = None
    """Where a program names the phone, whose it is as far as it knows; None where it is one's own."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """Where the call belongs."""

    school: School
    number: PhoneNumber
    conversation_id: int | None
    guardian: Guardian | None
    title: str


@dataclass(slots=True)
class Guests:
    """Who is to be called, each phone once."""

    legs: list[ConferenceParticipant] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def add(self, leg: ConferenceParticipant) -> None:
        """Raises SamePhone."""
        if leg.address in self.taken:
            raise SamePhone
        self.taken.add(leg.address)
        self.legs.append(leg)


def start_conference(staff: Staff, plan: Plan) -> Call:
    """Write it all down; the same `request_key` gives the first call.

    Raises NobodyToCall, TooMany, NotAPhone, NotAllowedNumber, SamePhone, NoNumberToCallFrom, MayNotBeCalled, QuietHours, NoEmergency,
    NotVisible.
    """
    try:
        return _start(staff, plan)
    except IntegrityError:  # the other half of a double click, at the same moment
        return _start(staff, plan)


def _start(staff: Staff, plan: Plan) -> Call:
    with transaction():
        refuse_emergency(staff, is_emergency=plan.is_emergency)
        earlier = db.session.scalar(select(Call).where(Call.request_key == plan.request_key, Call.staff_id == staff.id))
        if earlier is not None:
            return earlier
        ground = _ground(staff, plan)
        about = ground.guardian.id if ground.guardian else None
        refuse_outsiders(plan.point_ids, conversation_id=ground.conversation_id, guardian_id=about)
        guests = Guests()
        phone = dialled(db.session.get_one(District, staff.district_id), plan.moderator_phone)
        guests.add(moderator_leg(staff, phone, plan.moderator_name))
        for leg in chosen(staff, ground.number, plan.point_ids, plan.others, is_emergency=plan.is_emergency):
            guests.add(leg)
        for leg in colleagues(staff, plan.colleague_ids):
            guests.add(leg)
        if len(guests.legs) == 1:
            raise NobodyToCall
        if len(guests.legs) > MOST:
            raise TooMany
        call = Call(
            district_id=ground.school.district_id, school_id=ground.school.id, conversation_id=ground.conversation_id,
            guardian_id=about, staff_id=staff.id, bearer_id=bearer_behind(), phone_number_id=ground.number.id,
            title=_title(ground, guests.legs[1:]), request_key=plan.request_key, look_at=now() + steps.SILENCE,
        )  # fmt: skip
        db.session.add(call)
        db.session.flush()
        db.session.add(
            ConferenceCall(
                call_id=call.id, welcome_message=plan.welcome_message, ends_with_moderator=plan.ends_with_moderator,
                maximum_minutes=min(max(plan.maximum_minutes, 1), LONGEST_MINUTES), is_emergency=plan.is_emergency,
                is_briefing=plan.is_briefing and any(leg.role == PartRole.INTERPRETER for leg in guests.legs),
            )
        )  # fmt: skip
        for leg in guests.legs:
            leg.call_id = call.id
            db.session.add(leg)
            db.session.flush()  # in this order: the moderator is the first
        steps.wish(call, WishKind.PLACE, guests.legs[0], by=staff.id)
        steps.changed(call)
        details = {"title": call.title, "people": len(guests.legs) - 1}
        audit("call.emergency_started" if plan.is_emergency else "call.started", call, details, by=staff)
        return call


def _title(ground: _Ground, guests: Sequence[ConferenceParticipant]) -> str:
    """Of the family whom it is about; of who is called where none of its adults is."""
    if ground.guardian is None or any(leg.guardian_id == ground.guardian.id for leg in guests):
        return ground.title
    return ", ".join(leg.name for leg in guests)[:200]


def refuse_emergency(staff: Staff, *, is_emergency: bool) -> None:
    """Let pass who may declare one. Raises NoEmergency."""
    if is_emergency and not role_allows(staff.role, Permission.SEND_EMERGENCY):
        raise NoEmergency


def colleagues(staff: Staff, staff_ids: Sequence[int]) -> list[ConferenceParticipant]:
    """The legs to colleagues, on their own phones. Raises NotVisible."""
    found = colleagues_with_phone(staff, only=staff_ids) if staff_ids else []
    if len(found) != len(set(staff_ids)):
        raise NotVisible
    return [
        ConferenceParticipant(
            role=PartRole.COLLEAGUE, staff_id=one.id, name=one.name, address=one.phone or "", language=one.language, since=now()
        )
        for one in found
    ]


def chosen(
    staff: Staff, number: PhoneNumber, point_ids: Sequence[int], others: Sequence[Invitee], *, is_emergency: bool
) -> list[ConferenceParticipant]:
    """The legs to these people, who have all passed the gate. Raises as `start_conference`."""
    at, district = now(), db.session.get_one(District, staff.district_id)
    points = contact_points_within_reach(staff, point_ids)
    if any(point.kind == ContactKind.EMAIL for point in points):
        raise NotAPhone
    for point in points:
        refuse_dear(district, point.address)
    family = [
        ConferenceParticipant(
            role=PartRole.GUARDIAN, guardian_id=point.guardian_id, contact_point_id=point.id, name=point.guardian.full_name,
            address=point.address, language=point.language or point.guardian.language, since=at,
        )
        for point in points
    ]  # fmt: skip
    guests = [
        ConferenceParticipant(role=one.role, name=one.name.strip()[:200] or one.phone[:200], address=dialled(district, one.phone), since=at)
        for one in others
    ]
    refuse_forbidden(number, [Phone.of(leg) for leg in family + guests], is_emergency=is_emergency)
    return family + guests


def ground_of(staff: Staff, conversation_id: int | None, guardian_id: int | None, phones: Sequence[Phone] = ()) -> tuple[str, str, str]:
    """The name of the school that would call, its number, and until when a night forbids to call these phones. Raises NotVisible.

    The number is empty where the school has none, the time where no night does.
    """
    try:
        ground = _ground(staff, Plan("", "", conversation_id, guardian_id))
    except NoNumberToCallFrom:
        return "", "", ""
    return ground.school.name, ground.number.address, quiet_until(ground.number, phones) if phones else ""


def _ground(staff: Staff, plan: Plan) -> _Ground:
    if plan.conversation_id is not None:
        conversation = conversation_visible_to(staff, plan.conversation_id)
        school = db.session.get_one(School, conversation.school_id)
        paired = db.session.scalar(
            select(PhoneNumber)
            .join(Participant, Participant.phone_number_id == PhoneNumber.id)
            .where(Participant.conversation_id == conversation.id, Participant.left_at.is_(None), PhoneNumber.is_active.is_(True))
            .order_by(Participant.id)
            .limit(1)
        )
        guardian = db.session.get(Guardian, conversation.guardian_id) if conversation.guardian_id else None
        number = _asked_for(staff, plan.number_id) or paired or _number_of(school)
        return _Ground(school, number, conversation.id, guardian, conversation.title)
    if plan.guardian_id is None:
        raise NotVisible
    guardian = guardian_visible_to(staff, plan.guardian_id)
    school = school_of(staff, guardian)
    return _Ground(school, _asked_for(staff, plan.number_id) or _number_of(school), None, guardian, guardian.full_name)


def school_of(staff: Staff, guardian: Guardian) -> School:
    """Of a child of theirs whom this person works with. Raises NotVisible."""
    for student, _bond in children_within_reach(staff, guardian.id):
        return db.session.get_one(School, student.school_id)
    raise NotVisible


def _asked_for(staff: Staff, number_id: int | None) -> PhoneNumber | None:
    """Raises NoNumberToCallFrom for one that no call may be made from."""
    if number_id is None:
        return None
    ours = (PhoneNumber.district_id == staff.district_id, PhoneNumber.is_active.is_(True), PhoneNumber.purpose != Purpose.FAX)
    found = db.session.scalar(select(PhoneNumber).where(PhoneNumber.id == number_id, *ours))
    if found is None:
        raise NoNumberToCallFrom
    return found


def _number_of(school: School) -> PhoneNumber:
    found = number_for_all(school, ())
    if found is None:
        raise NoNumberToCallFrom
    return found
