"""Promises that calls keep as texts do: consent, the hour, the pace, who may ask for a script, and files by signed links only."""

import io
from datetime import UTC, datetime, timedelta

import requests
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from app.carrier.error_codes import HouseCode
from app.core.database import db
from app.core.files import LocalFileStore, chunks_of
from app.delivery.media_links import media_urls
from app.delivery.models import DeliveryState
from app.delivery.voice.models import CallOutcome, PlacedCall
from app.delivery.voice.order import MOST_CALLS, PAUSE, Phone, Rang, next_call, rank
from app.delivery.voice.script import Script
from app.delivery.voice.voices import VOICES, is_spoken, say, voice_for
from app.directory import service as directory
from app.directory.models import ConsentKind, ConsentSource
from tests.delivery.house import state_of
from tests.delivery.voice.conftest import Calls, phone_of, to_line
from tests.factories.threads import Family
from tests.simulator.running import TOKEN

NIGHT = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)
"""Half past ten in the evening in Portland."""
WAVE = b"RIFF" + (36 + 16000).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little") + (
    b"\x01\x00\x01\x00" + (8000).to_bytes(4, "little") + (16000).to_bytes(4, "little") + b"\x02\x00\x10\x00"
) + b"data" + (16000).to_bytes(4, "little") + bytes(16000)  # fmt: skip
NINE = ("en", "es", "vi", "ar", "so", "zh", "ru", "fr", "uk")


def stop(people: Family, scope: str, address: str | None = None) -> None:
    address = address or people.contact_point.address
    directory.record_consent(people.school.district_id, address, scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)


def test_who_said_stop_to_the_texts_of_this_sender_is_not_called_by_a_machine_either(calls: Calls, people: Family) -> None:
    stop(people, people.number.consent_scope)
    assert (calls.queue(people).state, calls.queue(people, owner_id=2).error_code) == (DeliveryState.BLOCKED, HouseCode.OPTED_OUT)


def test_a_stop_between_queueing_and_calling_counts(calls: Calls, people: Family) -> None:
    delivery = calls.queue(people)
    stop(people, "calls")
    calls.go()
    assert state_of(delivery) == (DeliveryState.BLOCKED, HouseCode.OPTED_OUT)
    assert calls.at_the_network() == []


def test_the_next_number_is_one_that_may_be_called(calls: Calls, people: Family) -> None:
    to_line(people, "8004")
    phone_of(people, "+15032221002")
    phone_of(people, "+15032221003", label="work")
    stop(people, "calls", "+15032221002")
    delivery = calls.queue(people)
    calls.go()
    calls.go()
    assert state_of(delivery) == (DeliveryState.DELIVERED, None)
    assert delivery.address == "+15032221003"


def test_nobody_is_woken(calls: Calls, people: Family) -> None:
    with time_machine.travel(NIGHT, tick=True):
        delivery = calls.queue(people, is_reply=False)
        assert delivery.state == DeliveryState.PENDING
        assert delivery.held_until == datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
        calls.place()
    assert calls.at_the_network() == []


def test_calls_begin_at_the_pace_of_their_number(calls: Calls, people: Family) -> None:
    people.number.calls_per_second = 4
    db.session.commit()
    for index in range(9):
        calls.queue(people, to=f"+1503222{index:04d}", owner_id=index)
    calls.go()
    begun = sorted(one["created"] for one in calls.at_the_network())
    assert len(begun) == 9
    assert max(sum(1 for one in begun if start <= one < start + 0.9) for start in begun) <= 4


def test_no_more_are_on_the_line_than_allowed(calls: Calls, people: Family) -> None:
    object.__setattr__(
        calls.house.app.extensions["settings"], "__dict__", calls.house.app.extensions["settings"].__dict__ | {"calls_at_once": 2}
    )
    calls.house.network.set(call_speed=60)
    for index in range(6):
        calls.queue(people, to=f"+1503222{index:04d}", owner_id=index)
    calls.go()
    stories = calls.at_the_network()
    assert len(stories) == 6
    assert max(sum(1 for other in stories if other["created"] <= one["created"] < other["ended"]) for one in stories) <= 2


def test_a_question_without_the_right_signature_changes_nothing(calls: Calls, people: Family) -> None:
    delivery = calls.queue(people)
    base = calls.house.app.extensions["settings"].public_url
    form = {"CallSid": "CA" + "1" * 32, "CallStatus": "in-progress", "AnsweredBy": "human", "Digits": "9"}
    for page in ("script", "heard", "left", "keys", "status"):
        url = f"{base}/webhooks/twilio/voice/{page}?ref={delivery.uuid}.1"
        assert requests.post(url, data=form, timeout=5).status_code == 403
        forged = RequestValidator("not-the-token").compute_signature(url, form)
        assert requests.post(url, data=form, headers={"X-Twilio-Signature": forged}, timeout=5).status_code == 403
    assert state_of(delivery) == (DeliveryState.PENDING, None)
    assert db.session.query(PlacedCall).count() == 0


def test_a_signed_question_about_a_call_that_is_not_ours_hangs_up(calls: Calls, people: Family) -> None:
    base = calls.house.app.extensions["settings"].public_url
    form = {"CallSid": "CA" + "1" * 32, "CallStatus": "in-progress", "AnsweredBy": "human", "Digits": "9"}
    url = f"{base}/webhooks/twilio/voice/keys?ref=nonsense"
    answer = requests.post(url, data=form, headers={"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, form)}, timeout=5)
    assert (answer.status_code, "<Hangup" in answer.text, "<Say" in answer.text) == (200, True, False)
    form = {"CallStatus": "in-progress"}
    answer = requests.post(url, data=form, headers={"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, form)}, timeout=5)
    assert answer.status_code == 400


def test_a_call_given_up_for_lost_that_rings_after_all_is_not_placed_again(calls: Calls, people: Family) -> None:
    delivery = calls.queue(people)
    db.session.add(PlacedCall(delivery_id=delivery.id, attempt=1, address=delivery.address))
    calls.house.set(delivery, attempts=1)
    url = f"{calls.house.app.extensions['settings'].public_url}/webhooks/twilio/voice/script?ref={delivery.uuid}.1"
    form = {"CallSid": "CA" + "2" * 32, "CallStatus": "in-progress", "AnsweredBy": "human"}
    answer = requests.post(url, data=form, headers={"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, form)}, timeout=5)
    assert "School is closed tomorrow." in answer.text
    calls.place()
    assert calls.at_the_network() == []
    assert (state_of(delivery)[0], delivery.provider_id) == (DeliveryState.SENDING, form["CallSid"])


def test_an_uploaded_sound_is_played_by_a_link_that_takes_ranges(calls: Calls, people: Family) -> None:
    settings = calls.house.app.extensions["settings"]
    kept = LocalFileStore(settings.data / "files").save(chunks_of(io.BytesIO(WAVE)), extension=".wav")
    sound = {"key": kept.key, "content_type": "audio/wav", "name": "message.wav"}
    delivery = calls.queue(people, body="", media=(sound,))
    calls.go()
    assert state_of(delivery) == (DeliveryState.DELIVERED, None)
    lines = [(line["kind"], line["words"]) for line in calls.at_the_network()[0]["lines"]]
    assert ("sound", "1") in lines
    assert people.school.name in calls.words()[0]
    (url,) = media_urls([sound])
    part = requests.get(url, headers={"Range": "bytes=8-11"}, timeout=5)
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, b"WAVE", f"bytes 8-11/{len(WAVE)}")
    assert requests.get(url[:-3] + "abc", timeout=5).status_code == 404
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        assert requests.get(url, timeout=5).status_code == 410


def test_all_nine_languages_have_words_and_a_voice() -> None:
    for language in NINE:
        script = Script("Текст", language, "Cedar Grove", "+15035550100", (), "http://x", "ref")
        assert "Cedar Grove" in script.for_person()
        assert f'voice="{voice_for(language).name}"' in script.for_machine()
        assert is_spoken(language) is (language != "so")
    assert set(NINE) <= set(VOICES)
    assert say("hello", "es", speaker="X") != say("hello", "en", speaker="X")


outcomes = st.sampled_from([CallOutcome.BUSY, CallOutcome.NO_ANSWER, CallOutcome.FAILED, CallOutcome.PERSON, CallOutcome.HUNG_UP])


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5, unique=True), st.lists(outcomes, max_size=30))
def test_phones_ring_in_order_at_most_three_times_each_until_somebody_answers(numbers: list[int], fates: list[CallOutcome]) -> None:
    phones = [Phone(number, f"+1503222000{number}") for number in numbers]
    rang: list[Rang] = []
    phone: Phone | None = phones[0]
    for fate in fates:
        assert phone is not None
        rang.append(Rang(phone.address, fate))
        following = next_call(rang, phones)
        if following is None:
            break
        assert following.pause == (PAUSE if following.phone == phone else timedelta())
        phone = following.phone
    else:
        following = None if not rang else next_call(rang, phones)
    called = [one.address for one in rang]
    assert list(dict.fromkeys(called)) == [one.address for one in phones][: len(set(called))]
    assert all(called.count(one) <= MOST_CALLS for one in called)
    answered = [index for index, one in enumerate(rang) if one.outcome in {CallOutcome.PERSON, CallOutcome.HUNG_UP}]
    assert answered in ([], [len(rang) - 1])
    if following is None and rang and not answered:
        assert set(called) == {one.address for one in phones}


def test_mobile_then_home_then_work() -> None:
    points = [
        ("landline", "work", 1, 1),
        ("landline", "home", 3, 2),
        ("mobile", None, 2, 3),
        ("mobile", "old mobile", 1, 4),
        ("mobile", "Work cell", 1, 5),
    ]
    assert [point[3] for point in sorted(points, key=lambda point: rank(*point))] == [4, 3, 2, 1, 5]
