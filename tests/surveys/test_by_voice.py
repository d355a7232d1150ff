"""Answers by a key of a telephone; a voicemail gets the message without the question."""

import re
from collections.abc import Callable

from app.announcements.models import AnnouncementRecipient
from app.announcements.service import DraftText
from app.core.database import db
from app.directory.queries import has_opted_out
from app.surveys.models import SurveyAnswer
from tests.announcements.schools import campus, draft, run, send
from tests.conftest import SignIn
from tests.delivery.conftest import house
from tests.delivery.house import House, wait_for
from tests.delivery.voice.conftest import Calls, calls
from tests.surveys.conftest import question

__all__ = ["calls", "house"]
KEYS = "For Yes, press 1. For No, press 2. For Not sure, press 3."


def test_a_key_answers_a_wrong_one_repeats_the_question_and_a_machine_is_not_asked(house: House, calls: Calls, sign_in: SignIn) -> None:
    place = campus()
    for line in place.numbers:
        line.calls_per_second = 50
    answers, stops, machine = *place.families(1), *place.families(1, language="es"), *place.families(1)
    machine.contact_points[0].address = "+15035558003"
    phones = [guardian.contact_points[0].address for guardian in (answers, stops)]
    db.session.commit()
    for phone in phones:
        house.network.control(f"handsets/{phone}/call/hold", {})
    house.network.set(call_speed=1)
    asked = draft(
        place, DraftText("voice", "en", "The spring fair is on May 3."), DraftText("voice", "es", "La feria es el 3 de mayo."),
        channels=("voice",), asks=question("en", "es"), has_canary=False, send_to="all",
    )  # fmt: skip
    promised = [sign_in(place.admin).get(f"/announcements/{asked.id}/{page}").text for page in ("edit", "review")]
    assert all(KEYS in re.sub(r"</p><p[^>]*>", " ", page) for page in promised)
    assert "To hear it again, press 0. To stop these calls, press star." in promised[0]
    assert not any("Reply 1" in page or "press 9" in page for page in promised)
    send(asked, place.admin)
    run(10)
    calls.place()

    def story(phone: str) -> dict[str, object]:
        found: dict[str, object] = next(one for one in calls.at_the_network() if one["handset"] == phone)
        return found

    def words(phone: str) -> str:
        return " ".join(line["words"] for line in story(phone)["lines"] if line["kind"] == "heard")  # type: ignore[attr-defined]

    def press(phone: str, act: str, keys: str = "") -> None:
        wait_for(lambda: story(phone)["phase"] in {"ringing", "playing"})
        house.network.control(f"handsets/{phone}/call/{act}", {"keys": keys})

    def quickly(until: Callable[[], bool]) -> None:
        """Nobody's patience runs out while the other one presses a key."""
        house.network.set(call_speed=25)
        wait_for(until)
        house.network.set(call_speed=1)

    for phone in phones:
        press(phone, "answer")
    quickly(lambda: KEYS in words(phones[0]) and "Para Sí, oprima 1" in words(phones[1]))
    press(phones[0], "press", "7")
    press(phones[1], "press", "*")
    quickly(lambda: words(phones[0]).count("Will you come?") == 2 and "Ya no recibirá estas llamadas" in words(phones[1]))
    press(phones[0], "press", "2")
    quickly(lambda: "Your answer is: No." in words(phones[0]))
    house.network.set(call_speed=25)
    house.hear()
    run(5)
    answer = db.session.query(SurveyAnswer).one()
    assert (answer.choice, answer.channel) == (2, "voice")
    assert db.session.get_one(AnnouncementRecipient, answer.recipient_id).guardian_id == answers.id
    assert has_opted_out(place.district.id, phones[1], "calls")
    left = words(machine.contact_points[0].address)
    assert "spring fair" in left
    assert "press" not in left
    assert "Will you come?" not in left
