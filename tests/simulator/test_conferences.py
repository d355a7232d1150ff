"""Several phones in one conference, through the house's adapters and the carrier's own client over real HTTP."""

import io
import wave

import pytest

from app.carrier.conferences import EVENTS
from app.carrier.gateway import CarrierRefused
from app.carrier.recordings import RecordingStatus
from tests.simulator.running import ROSA, SCHOOL, Network, School
from tests.simulator.talking import Exchange, until

MARCUS, ANA = "+15035550170", "+15035550171"
VOICEMAIL = "+15035558003"


@pytest.fixture
def exchange(network: Network, school: School) -> Exchange:
    """A school whose moderator ends the conference on leaving, in a network four times as quick as life."""
    network.set(call_speed=4)
    found = Exchange(network, school)
    told = found.addresses.conference("room")
    room = f"<Conference statusCallback='{told}' statusCallbackEvent='{EVENTS}'"
    found.answers(
        moderator=f"<Say>Welcome.</Say><Dial>{room} participantLabel='moderator' endConferenceOnExit='true'>Room 7</Conference></Dial>",
        guest=f"<Dial>{room} participantLabel='rosa' startConferenceOnEnter='false'>Room 7</Conference></Dial><Say>Goodbye.</Say>",
        note="<Say>Two minutes are left.</Say>",
    )
    return found


def test_a_conference_from_its_first_to_its_last_word(exchange: Exchange, network: Network) -> None:
    network.control("handsets", {"number": ROSA, "name": "Rosa Delgado", "language": "es"})
    moderator = exchange.talk_to(MARCUS, "moderator", "meeting")
    (conference,) = exchange.conferences.find("Room 7")
    assert (conference.is_running, conference.is_over) == (False, False)
    guest = exchange.talk_to(ROSA, "guest", "meeting")
    sid = conference.provider_id
    assert exchange.conferences.look_up(sid).is_running

    recording = exchange.recordings.start(moderator, "tape")
    transcript = exchange.transcripts.start(guest, speaker="rosa", language="es-US", reference="words")
    exchange.do(ROSA, "speak", words="Mateo llega tarde hoy")
    assert exchange.lines(moderator, "said") == ["Rosa Delgado: Mateo llega tarde hoy"]
    exchange.conferences.mute(sid, guest, on=True)
    exchange.conferences.mute(sid, guest, on=True)
    exchange.do(ROSA, "speak", words="Nadie me oye")
    exchange.conferences.mute(sid, guest, on=False)
    exchange.conferences.hold(sid, guest, on=True)
    people = {one.label: (one.is_muted, one.is_held, one.status) for one in exchange.conferences.participants(sid)}
    assert people == {"moderator": (False, False, "connected"), "rosa": (False, True, "connected")}
    exchange.conferences.hold(sid, guest, on=False)
    exchange.conferences.announce(sid, f"{exchange.school.url}/note")
    until(lambda: exchange.lines(guest, "heard") == ["Two minutes are left."])
    about = {"conference_status_callback": exchange.addresses.conference("ana.1"), "conference_status_callback_event": EVENTS.split()}
    added = exchange.client.conferences(sid).participants.create(from_=SCHOOL, to=ANA, label="interpreter", **about).call_sid or ""
    exchange.phase(added, "meeting")  # nobody has that phone in hand: it answers by itself
    assert len(exchange.lines(moderator, "said")) == 2  # and says hello; what was said while muted, nobody heard
    exchange.conferences.remove(sid, added)
    exchange.transcripts.stop(guest, transcript)
    exchange.do(MARCUS, "hang_up")
    network.settle()

    news = sorted(exchange.told("conference"), key=lambda form: int(form["SequenceNumber"]))
    assert [form["StatusCallbackEvent"].removeprefix("participant-") for form in news] == [
        "join", "join", "conference-start", "mute", "unmute", "hold", "unhold", "announcement-end", "join", "leave", "leave", "leave",
        "conference-end",
    ]  # fmt: skip
    assert {form["ConferenceSid"] for form in news} == {sid}
    assert [news[3][name] for name in ("CallSid", "ParticipantLabel", "Muted", "Hold")] == [guest, "rosa", "true", "false"]
    assert news[-1]["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert exchange.lines(guest, "heard")[-1] == "Goodbye."
    assert exchange.conferences.look_up(sid).is_over
    assert all(heard.is_signed for heard in exchange.school.heard)

    said = [form for form in exchange.told("transcript") if form["TranscriptionEvent"] == "transcription-content"]
    assert sorted(form["TranscriptionData"].split('"')[3] for form in said) == ["Mateo llega tarde hoy", "Nadie me oye"]
    assert sorted(form["RecordingStatus"] for form in exchange.told("recording")) == ["completed", "in-progress"]
    hear_and_forget(exchange, recording, moderator)


def hear_and_forget(exchange: Exchange, recording: str, moderator: str) -> None:
    kept = exchange.recordings.look_up(recording)
    assert (kept.status, kept.call_id) == (RecordingStatus.READY, moderator)
    sound = io.BytesIO()
    assert exchange.recordings.fetch(recording, sound, most_bytes=50_000_000) == "audio/x-wav"
    sound.seek(0)
    with wave.open(sound) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(kept.seconds, abs=1)
        assert any(file.readframes(file.getnframes()))
    exchange.recordings.delete(recording)
    exchange.recordings.delete(recording)
    with pytest.raises(CarrierRefused):
        exchange.recordings.look_up(recording)


def test_the_school_ends_it_for_all_and_leads_somebody_elsewhere(exchange: Exchange, network: Network) -> None:
    moderator = exchange.talk_to(MARCUS, "moderator", "meeting")
    guest = exchange.talk_to(ROSA, "guest", "meeting")
    sid = exchange.conferences.find("Room 7")[0].provider_id
    exchange.calls.redirect(guest, f"{exchange.school.url}/note")
    until(lambda: exchange.lines(guest, "heard"))
    assert [one.call_id for one in exchange.conferences.participants(sid)] == [moderator]
    exchange.conferences.end(sid)
    network.settle()
    over = exchange.conferences.look_up(sid)
    assert (over.is_over, over.ended_because) == (True, "conference-ended-via-api")
    with pytest.raises(CarrierRefused):
        exchange.conferences.mute(sid, moderator, on=True)
    with pytest.raises(CarrierRefused):
        exchange.calls.redirect(moderator, f"{exchange.school.url}/note")


def test_a_conference_outlives_whom_it_was_to_end_with(exchange: Exchange, network: Network) -> None:
    moderator = exchange.talk_to(MARCUS, "moderator", "meeting")
    guest = exchange.talk_to(ROSA, "guest", "meeting")
    sid = exchange.conferences.find("Room 7")[0].provider_id
    exchange.conferences.go_on_without(sid, moderator)
    exchange.conferences.remove(sid, moderator)
    assert [one.call_id for one in exchange.conferences.participants(sid)] == [guest]
    exchange.do(ROSA, "hang_up")
    network.settle()
    assert exchange.conferences.look_up(sid).ended_because == "last-participant-left"


def test_what_answers_is_told_beside_the_script_and_the_call_has_its_limit(exchange: Exchange, network: Network) -> None:
    exchange.answers(wait="<Say>One moment, please.</Say><Pause length='600'/>")
    network.set(call_speed=20)
    sid = exchange.call(VOICEMAIL, "wait", detects_beside=True, longest_seconds=30, records=True)
    network.settle()
    (detected,) = exchange.told("detection")
    assert (detected["CallSid"], detected["AnsweredBy"]) == (sid, "machine_end_beep")
    assert exchange.lines(sid, "end") == ["completed limit"]
    (tape,) = exchange.recordings.find(call_id=sid)
    assert 25 <= (tape.seconds or 0) <= 60


@pytest.mark.parametrize(("line", "event"), [("8013", 6), ("8012", 0)])
def test_news_of_a_conference_comes_repeatedly_or_never(exchange: Exchange, network: Network, line: str, event: int) -> None:
    network.set(call_speed=60)
    sid = exchange.phase(exchange.call(f"+1503555{line}", "moderator"), "meeting")
    exchange.calls.end(sid)
    network.settle()
    news = [form for form in exchange.told("conference") if form["StatusCallbackEvent"].startswith("participant")]
    assert len(news) == event
