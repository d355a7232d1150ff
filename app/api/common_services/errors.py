"""What this face refuses beside what the rooms do. Programs read it, so it speaks English."""

from http import HTTPStatus
from typing import ClassVar

from app.core.errors import HomeroomError


class InEnglish(HomeroomError):
    """A refusal that no page shows."""

    words: ClassVar[str] = ""

    def __init__(self, words: str | None = None) -> None:
        super().__init__(words or self.words)


class TakenName(InEnglish):
    """A conversation of that name exists."""

    code = "conversation_exists"
    words = "A conversation with this client_conversation_id and application_name exists already. Change that one, or choose another id."


class NoSuchConversation(InEnglish):
    """A body names a conversation that the bearer has not."""

    code = "unknown_conversation"
    words = "This bearer has no conversation of this id. Name one by client_conversation_id, and it is opened."


class NotOurNumber(InEnglish):
    """The number is no sender of the district."""

    code = "not_our_number"
    words = "This is no number of the customer that can send. Give one that GET /api/v1/messaging_services lists."


class NoSuchService(InEnglish):
    """A body names a messaging service that the district has not."""

    code = "unknown_messaging_service"
    words = "The customer has no messaging service of this SID. List the messaging services to see which there are."


class NoSuchCustomer(InEnglish):
    """A body names another customer."""

    code = "unknown_customer"
    words = "This key belongs to another customer. Give the global_customer_id that GET /api/v1/messaging_services shows."


class NotANumber(InEnglish):
    """What should be called or texted is no phone number."""

    code = "not_a_phone"

    def __init__(self, written: str) -> None:
        super().__init__(f"{written[:32]!r} is no phone number. Write it in E.164, such as +15035550142.")


class OutOfReach(InEnglish):
    """The records know the number, and the role behind the key does not reach them."""

    code = "number_out_of_reach"
    words = "This number stands in a record that this key does not reach. Ask an admin of the district for a key that does."


class NothingInIt(InEnglish):
    """Neither words nor media."""

    code = "nothing_to_send"
    words = "The message has neither words nor media. Give message_body or media_urls."


class NotToCome(InEnglish):
    """A time that is over, or too far away."""

    code = "unsuitable_time"
    words = "send_at has to be a time to come, within a year. Leave it out to send at once."


class NotWaiting(InEnglish):
    """Too late to call it off."""

    status = HTTPStatus.CONFLICT
    code = "not_waiting"
    words = "This message is not waiting for its time any more, so it cannot be called off."


class NoParticipant(InEnglish):
    """A number or an id that does not take part."""

    code = "unknown_participant"
    words = "Nobody of this id or number takes part. Read the conversation to see who does."


class NobodyNamed(InEnglish):
    """It is not said who is to be called."""

    code = "nobody_named"
    words = "Say in To which number is to be called: the conversation has no contact, or several."


class NotSetUp(InEnglish):
    """The house lacks what this needs."""

    code = "not_set_up"
    words = (
        "Phones in browsers are not set up here. The operator sets TWILIO_API_KEY_SID, TWILIO_API_KEY_SECRET and TWILIO_VOICE_APPLICATION."
    )


class MayNotManage(InEnglish):
    """The role behind the key does not look after numbers."""

    code = "not_allowed"
    status = HTTPStatus.FORBIDDEN
    words = "Only who manages the numbers of the whole district may do this. Ask a district admin."


class SaidAloud(InEnglish):
    """Pictures along with a call."""

    code = "media_of_a_call"
    words = "A voice announcement carries no media. Leave media_urls out, or send it as sms."


class NotAnnouncing(InEnglish):
    """A pool that speaks in threads only."""

    code = "not_announcing"
    words = "No number of this messaging service is kept for announcements. Leave messaging_service_sid out, or name one that has such."


class BrokenOff(InEnglish):
    """A request whose end nobody was told."""

    code = "broken_off"
    words = "The request broke off before its announcement was accepted. Nobody was written to: send it again."


class NoPhone(InEnglish):
    """What is written as the receiver is no phone number."""

    code = "not_a_phone"
    words = "The receiver is no phone number. Write it in E.164, such as +15035550142."
