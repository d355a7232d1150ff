"""What the phones of a direct call hear and do, in TwiML. The family sees the school's number."""

from twilio.twiml.voice_response import Gather, VoiceResponse

from app.calls.direct_pages import AFTER, KEY
from app.calls.menu_words import Words, say
from app.calls.said import DirectSaid, Do
from app.carrier.calls import RING_SECONDS
from app.carrier.voice_addresses import VoiceAddresses
from app.carrier.voice_choice import WEBHOOKS

KEY_SECONDS = 8
LONGEST_TALK = 4 * 3600
EVENTS = "initiated ringing answered completed"


def script_of(said: DirectSaid, addresses: VoiceAddresses) -> str:
    """The answer to the carrier's question."""
    response = VoiceResponse()
    if said.do is Do.DIAL:
        _dial(response, said, addresses)
    elif said.do is Do.ASK:
        gather = Gather(
            num_digits=1, timeout=KEY_SECONDS, finish_on_key="", action=_page(addresses, KEY, said), method="POST",
            action_on_empty_result=True,
        )  # fmt: skip
        say(gather, Words.BEGIN, said.language, caller=said.name)
        response.append(gather)
    else:
        if said.do is not Do.HANG_UP:
            say(response, {Do.UNANSWERED: Words.UNANSWERED, Do.BUSY: Words.BUSY}.get(said.do, Words.CANNOT), said.language)
        response.hangup()
    return str(response)


def _page(addresses: VoiceAddresses, path: str, said: DirectSaid) -> str:
    return f"{addresses.base}{path.removeprefix(WEBHOOKS)}?ref={said.reference}"


def _dial(response: VoiceResponse, said: DirectSaid, addresses: VoiceAddresses) -> None:
    dial = response.dial(
        caller_id=said.sender, timeout=RING_SECONDS, time_limit=LONGEST_TALK, answer_on_bridge=True, action=_page(addresses, AFTER, said),
        method="POST",
    )  # fmt: skip
    dial.number(
        said.to, status_callback=addresses.status(said.reference), status_callback_method="POST", status_callback_event=EVENTS,
        machine_detection="Enable", amd_status_callback=addresses.detection(said.reference), amd_status_callback_method="POST",
    )  # fmt: skip
