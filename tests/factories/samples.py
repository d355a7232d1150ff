"""One of everything that an address can name, in one house. A new kind of id in a route needs its line in SAMPLES.

`tests/conventions/test_routes.py` asks for each of these as somebody who must not see it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.accounts import sessions
from app.accounts.models import ApiKey, Bearer, Staff, StaffSession
from app.announcements.models import Announcement, AnnouncementFile, AnnouncementLetters
from app.calls.models import Call, ConferenceCall, ConferenceParticipant, Recording
from app.carrier.models import InboundText
from app.conversations.models import (
    Attachment,
    Message,
    MessageKind,
    MessageStatus,
    SavedReply,
    ScheduledMessage,
    UnknownText,
)
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery, DeliveryContent, DeliveryState
from app.directory.models import Consent, Group, GroupMember, Guardianship, MessagingService, RosterImport, SchoolClosure
from app.directory.models.consent import ALL_SENDERS
from app.fax.links import link
from app.fax.models import Fax, FaxDestination, FaxForward, FaxPage, FaxPart
from app.video.models import VideoCall, VideoParticipant
from app.voicemail.models import Greeting, Voicemail
from app.webhooks.models import WebhookEndpoint, WebhookEvent
from app.webhooks.signing_secrets import new_secret, seal_secret
from tests.factories.access import api_bearer
from tests.factories.faxes import FaxFactory, fax
from tests.factories.people import MessagingServiceFactory
from tests.factories.threads import Family, MessageFactory, Thread, family, thread

MARK = "Zyxwvut"
"""A word that stands in every name and text of the house: it must never be read by a stranger."""


@dataclass
class House:
    """A family, its thread, and what hangs on it."""

    family: Family
    thread: Thread
    inbound: Message
    outbound: Message
    guardianship: Guardianship
    scheduled: ScheduledMessage
    attachment: Attachment
    reply: SavedReply
    unknown: UnknownText
    session: StaffSession
    consent: Consent
    delivery: Delivery
    pool: MessagingService
    roster: RosterImport
    closure: SchoolClosure
    group: Group
    announcement: Announcement
    letters: AnnouncementLetters
    flyer: AnnouncementFile
    leg: ConferenceParticipant
    voicemail: Voicemail
    greeting: Greeting
    fax: Fax
    fax_page: FaxPage
    forward: FaxForward
    destination: FaxDestination
    fax_part: FaxPart
    key: ApiKey
    video: VideoCall
    webhook: WebhookEvent

    @property
    def teacher(self) -> Staff:
        """Whose students these are."""
        return self.family.teacher


def house() -> House:
    """Build one and commit it."""
    people = family(given_name=MARK, note=f"{MARK} works nights")
    people.teacher.name, people.student.given_name, people.student.search_text = f"{MARK} Okafor", MARK, MARK.lower()
    people.school.name, people.section.name, people.guardian.search_text = f"{MARK} School", f"{MARK} Room", MARK.lower()
    talk = thread(people)
    inbound = MessageFactory(conversation=talk.conversation, body=f"{MARK}?", search_text=MARK.lower())
    outbound = MessageFactory(
        conversation=talk.conversation,
        kind=MessageKind.OUTBOUND,
        body=f"{MARK}!",
        status=MessageStatus.FAILED,
        staff_id=people.teacher.id,
        author=people.teacher.name,
        search_text=MARK.lower(),
    )
    district, conversation = people.school.district_id, talk.conversation.id
    scheduled = ScheduledMessage(
        district_id=district,
        conversation_id=conversation,
        staff_id=people.teacher.id,
        body=f"{MARK} later",
        due_at=now() + timedelta(days=1),
    )
    attachment = Attachment(
        district_id=district,
        conversation_id=conversation,
        staff_id=people.teacher.id,
        name=f"{MARK}.png",
        content_type="image/png",
        size=10,
        file_key="none",
    )
    reply = SavedReply(district_id=district, school_id=people.school.id, shortcut="zyx", title=f"{MARK} reply", body=MARK)
    text = InboundText(
        provider_id="SMsample", district_id=district, phone_number_id=people.number.id, sender="+15035559999", body=MARK, routed_at=now()
    )
    consent = Consent(
        district_id=district, address=people.contact_point.address, scope=ALL_SENDERS, kind="agreed", source="staff", wording=MARK
    )
    pool: MessagingService = MessagingServiceFactory(district=None, district_id=district, name=f"{MARK} pool")
    roster = RosterImport(district_id=district, file_name=f"{MARK}.zip", stored_as="none", state="failed")
    closure = SchoolClosure(school_id=people.school.id, day=date(2030, 1, 2), name=f"{MARK} day")
    delivery = undelivered(people, outbound)
    db.session.add_all([scheduled, attachment, reply, text, consent, roster, closure, delivery])
    db.session.flush()
    unknown = UnknownText(
        district_id=district,
        school_id=people.school.id,
        inbound_text_id=text.id,
        phone_number_id=people.number.id,
        sender="+15035559999",
        body=MARK,
    )
    db.session.add(unknown)
    group = Group(district_id=district, owner_id=people.teacher.id, school_id=people.school.id, name=f"{MARK} group", is_shared=True)
    db.session.add(group)
    db.session.flush()
    db.session.add(GroupMember(group_id=group.id, student_id=people.student.id))
    announcement = Announcement(
        district_id=district, school_id=people.school.id, author_id=people.teacher.id, title=f"{MARK} trip", state="finished",
        audience={"sections": [people.section.id]},
    )  # fmt: skip
    db.session.add(announcement)
    db.session.flush()
    letters = AnnouncementLetters(announcement_id=announcement.id, district_id=district, staff_id=people.teacher.id, which="unreached")
    db.session.add(letters)
    flyer = AnnouncementFile(
        district_id=district, announcement_id=announcement.id, name=f"{MARK}.pdf", content_type="application/pdf", size=9, file_key="none",
        code="sample",
    )  # fmt: skip
    db.session.add(flyer)
    leg = conference(people)
    left, greeting = voicemail(people, leg.call_id)
    came = fax(people.school, name=f"{MARK} Clinic", subject=MARK, words=MARK, assignee_id=people.teacher.id)
    sent_on = FaxForward(
        fax_id=came.id, district_id=district, address=f"{MARK.lower()}@clinic.test", way="link", words=MARK, status="sent", due_at=None,
        expires_at=now() + timedelta(days=7),
    )  # fmt: skip
    db.session.add(sent_on)
    going = FaxDestination(
        district_id=district, phone_number_id=came.phone_number_id, address=f"{MARK.lower()}@records.test", name=f"{MARK} records",
        way="link",
    )  # fmt: skip
    db.session.add(going)
    db.session.commit()
    sessions.start_session(people.teacher, user_agent="sample", address="")
    session = sessions.sessions_of(people.teacher)[0]
    bond = db.session.query(Guardianship).filter_by(guardian_id=people.guardian.id).one()
    return House(
        people,
        talk,
        inbound,
        outbound,
        bond,
        scheduled,
        attachment,
        reply,
        unknown,
        session,
        consent,
        delivery,
        pool,
        roster,
        closure,
        group,
        announcement,
        letters,
        flyer,
        leg,
        left,
        greeting,
        came,
        db.session.query(FaxPage).filter_by(fax_id=came.id).one(),
        sent_on,
        going,
        draft_of_a_fax(people),
        key_of(people.school.district_id),
        video_call(talk),
        told_elsewhere(people.school.district_id),
    )


def told_elsewhere(district_id: int) -> WebhookEvent:
    """A dead letter of an endpoint."""
    endpoint = WebhookEndpoint(
        district_id=district_id, url=f"https://{MARK.lower()}.example.org/in", name=MARK, kinds=["fax.sent"], recent=[120, -80],
        secret=seal_secret(new_secret()), last_problem="status", last_status=503, last_attempt_at=now(),
    )  # fmt: skip
    db.session.add(endpoint)
    db.session.flush()
    event = WebhookEvent(
        endpoint_id=endpoint.id, kind="fax.sent", subject="fax:1", body=f'{{"a":"{MARK}"}}', state="dead", gives_up_at=now(), tries=3
    )
    db.session.add(event)
    db.session.commit()
    return event


def key_of(district_id: int) -> ApiKey:
    """Of another system."""
    bearer: Bearer = api_bearer(district_id, name=MARK)[0]
    return db.session.query(ApiKey).filter_by(bearer_id=bearer.id).one()


def draft_of_a_fax(people: Family) -> FaxPart:
    """The file of one that is being written."""
    draft: Fax = FaxFactory(
        school=people.school, direction="out", status="draft", name=f"{MARK} Court", subject=MARK, cover_note=MARK,
        author_id=people.teacher.id,
    )  # fmt: skip
    part = FaxPart(
        fax_id=draft.id, position=1, name=f"{MARK}.pdf", source_key="none", source_type="application/pdf", paper="ready", pages=1
    )
    db.session.add(part)
    db.session.flush()
    return part


def video_call(talk: Thread) -> VideoCall:
    """One that goes on in the thread."""
    people = talk.family
    call = VideoCall(
        district_id=people.school.district_id, school_id=people.school.id, conversation_id=talk.id, guardian_id=people.guardian.id,
        staff_id=people.teacher.id, request_key="sample", session_name=f"{MARK} meeting", host_name=people.teacher.name, state="started",
        started_at=now(), end_at=now() + timedelta(minutes=60),
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    db.session.add(
        VideoParticipant(
            district_id=call.district_id, video_call_id=call.id, is_host=True, name=people.teacher.name, staff_id=people.teacher.id
        )
    )
    db.session.flush()
    return call


def voicemail(people: Family, call_id: int) -> tuple[Voicemail, Greeting]:
    """One in the teacher's box, with its sound, and what callers heard before it."""
    recording = Recording(
        district_id=people.school.district_id, call_id=call_id, kind="voicemail", provider_id="REsample", state="ready", file_key="none",
        seconds=2.0,
    )  # fmt: skip
    db.session.add(recording)
    db.session.flush()
    left = Voicemail(
        district_id=people.school.district_id, school_id=people.school.id, staff_id=people.teacher.id, guardian_id=people.guardian.id,
        phone_number_id=people.number.id, recording_id=recording.id, name=f"{MARK} Hernández", preview=MARK, search_text=MARK.lower(),
    )  # fmt: skip
    greeting = Greeting(district_id=people.school.district_id, staff_id=people.teacher.id, language="en", words=f"{MARK} speaking")
    db.session.add_all([left, greeting])
    return left, greeting


def conference(people: Family) -> ConferenceParticipant:
    """One that goes on, with the guardian in it."""
    call = Call(
        district_id=people.school.district_id, school_id=people.school.id, guardian_id=people.guardian.id, staff_id=people.teacher.id,
        phone_number_id=people.number.id, title=f"{MARK} meeting", request_key="sample", status="in_progress", answered_at=now(),
        look_at=now() + timedelta(days=1),
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    db.session.add(ConferenceCall(call_id=call.id, maximum_minutes=60))
    leg = ConferenceParticipant(
        call_id=call.id, role="guardian", guardian_id=people.guardian.id, contact_point_id=people.contact_point.id,
        name=f"{MARK} Hernández", address=people.contact_point.address, state="joined", since=now(), provider_call_id="CAsample",
    )  # fmt: skip
    db.session.add(leg)
    return leg


def undelivered(people: Family, outbound: Message) -> Delivery:
    """The text of the message that did not arrive."""
    content = DeliveryContent(body=outbound.body)
    db.session.add(content)
    db.session.flush()
    return Delivery(
        district_id=people.school.district_id,
        owner_kind="message",
        owner_id=outbound.id,
        contact_point_id=people.contact_point.id,
        content_id=content.id,
        address=people.contact_point.address,
        state=DeliveryState.FAILED,
        due_at=now(),
    )


SAMPLES: dict[str, Callable[[House], list[Any]]] = {
    "announcement_id": lambda it: [it.announcement.id],
    "attachment_uuid": lambda it: [it.attachment.uuid],
    "code": lambda it: [it.flyer.code],
    "bearer_id": lambda it: [it.key.bearer_id],
    "call_id": lambda it: [it.leg.call_id],
    "closure_id": lambda it: [it.closure.id],
    "consent_id": lambda it: [it.consent.id],
    "conversation_id": lambda it: [it.thread.id],
    "delivery_id": lambda it: [it.delivery.id],
    "destination_id": lambda it: [it.destination.id],
    "ending": lambda _it: ["vtt"],
    "endpoint_id": lambda it: [it.webhook.endpoint_id],
    "event_id": lambda it: [it.webhook.id],
    "fax_id": lambda it: [it.fax.id, it.fax_part.fax_id],
    "forward_id": lambda it: [it.forward.id],
    "file_id": lambda it: [it.flyer.id],
    "greeting_id": lambda it: [it.greeting.id],
    "group_id": lambda it: [it.group.id],
    "guardian_id": lambda it: [it.family.guardian.id],
    "guardianship_id": lambda it: [it.guardianship.id],
    "import_id": lambda it: [it.roster.id],
    "key_id": lambda it: [it.key.id],
    "kind": lambda _it: ["pdf", "tiff"],
    "leg_id": lambda it: [it.leg.id],
    "letters_id": lambda it: [it.letters.id],
    "message_id": lambda it: [it.inbound.id, it.outbound.id],
    "part": lambda _it: [1],
    "part_id": lambda it: [it.fax_part.id],
    "point_id": lambda it: [it.family.contact_point.id],
    "number_id": lambda it: [it.family.number.id],
    "page_id": lambda it: [it.fax_page.id],
    "pool_id": lambda it: [it.pool.id],
    "recording_id": lambda it: [it.voicemail.recording_id],
    "reply_id": lambda it: [it.reply.id],
    "scheduled_id": lambda it: [it.scheduled.id],
    "school_id": lambda it: [it.family.school.id],
    "session_id": lambda it: [it.session.id],
    "staff_id": lambda it: [it.teacher.id],
    "student_id": lambda it: [it.family.student.id],
    "token": lambda it: [link(it.fax.id, it.fax_page.image_key, it.teacher.id).rpartition("/")[2]],
    "unknown_id": lambda it: [it.unknown.id],
    "video_id": lambda it: [it.video.id],
    "voicemail_id": lambda it: [it.voicemail.id],
    "what": lambda _it: [
        *("undo", "retry", "settle", "react", "accept", "dismiss", "translate", "correct", "decide-arrived", "decide-resend"),
        *("match", "create", "ignore", "block", "reconsider"),
        *("pause", "resume", "halt", "cancel", "correct", "resend", "rest", "follow-up", "duplicate", "template", "discard", "reschedule"),
        *("escalate", "stay", "unconfirmed"),
    ],
}
"""The values of each variable part of an address, by its name."""
