"""What only the Courier surface keeps: one of each kind, in a furnished house."""

from typing import Any

from app.announcements.models import Announcement
from app.api.courier.models import (
    ConsentRequest,
    NumberLog,
    NumberLookup,
    NumberOfUser,
    NumberRules,
    OrgPreference,
    SingleText,
    TaskState,
    TextAccount,
    VoiceSurvey,
    VoiceTask,
)
from app.calls.models import LineAgent, NumberLine
from app.core.clock import now
from app.core.database import db
from tests.factories.people import PhoneNumberFactory
from tests.factories.samples import MARK, House


def courier_rows(it: House) -> None:
    """Write them and commit."""
    people, pool, announcement = it.family, it.pool, it.announcement
    district = people.school.district_id
    number = PhoneNumberFactory(district_id=district, school_id=people.school.id, messaging_service_id=pool.id)
    here: dict[str, Any] = {"district_id": district, "phone_number_id": number.id}
    line = NumberLine(**here, before_beep=MARK, while_waiting=MARK)
    db.session.add_all([
        TextAccount(messaging_service_id=pool.id, district_id=district, school_id=people.school.id, phone_number_id=number.id),
        NumberRules(**here, logging=True, notes=MARK, unknown_number={"ref": MARK}),
        NumberLog(phone_number_id=number.id, line=MARK),
        SingleText(**here, messaging_service_id=pool.id, message_id=it.outbound.id, address=people.contact_point.address),
        SingleText(**here, messaging_service_id=pool.id, message_id=it.inbound.id, address=people.contact_point.address, is_inbound=True),
        NumberLookup(district_id=district, number="+15035550199", carrier_name=MARK),
        NumberOfUser(**here, school_id=people.school.id, staff_id=people.teacher.id),
        ConsentRequest(
            **here, school_id=people.school.id, guardian_id=people.guardian.id, contact_point_id=people.contact_point.id,
            address=people.contact_point.address, initial=MARK, staff_id=people.teacher.id,
        ),
        OrgPreference(district_id=district, school_id=people.school.id, name="default-channel-title", value=MARK),
        line,
    ])  # fmt: skip
    db.session.flush()
    asked = db.session.get_one(Announcement, announcement.id)
    db.session.add_all([
        LineAgent(number_line_id=line.id, staff_id=people.teacher.id, ends_at=now().replace(year=now().year + 1, day=1)),
        VoiceTask(district_id=district, number_line_id=line.id, method="refresh_queue_entries", state=TaskState.FAILED, error=MARK),
        VoiceSurvey(
            district_id=district, school_id=people.school.id, individual=people.guardian.uuid, announcement_id=asked.id,
            staff_id=people.teacher.id,
        ),
    ])  # fmt: skip
    db.session.commit()
