"""Each side reads its own language, and facts survive."""

import json
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.conversations import service
from app.conversations.errors import FactsChanged
from app.conversations.models import Message
from app.conversations.translation.deepl import DeepL
from app.conversations.translation.facts import lost_facts
from app.conversations.translation.libretranslate import LibreTranslate
from app.conversations.translation.phrases import PhraseBook
from app.conversations.translation.provider import NotTranslatable, TranslatorAway, TranslatorRefused
from app.core.database import db
from app.core.language import detect
from app.delivery.models import Delivery
from tests.conversations.arrivals import arrives
from tests.conversations.outcomes import fresh_message
from tests.conversations.translators import Parrot, spanish

# --- the lock on facts


@pytest.mark.parametrize(
    ("original", "translated", "target"),
    [
        ("The bus leaves at 8:45, back by 2:30 PM.", "El autobús sale a las 8:45 y regresa a las 14:30.", "es"),
        ("See you at 3 PM", "Nos vemos a las 3 de la tarde", "es"),
        ("See you at 3 PM", "Nos vemos a las 15:00", "es"),
        ("Please bring $5.50", "Por favor traiga $5,50", "es"),
        ("1,500 families", "1.500 familias", "es"),
        ("Zoo on Friday, November 20", "Zoológico el viernes 20 de noviembre", "es"),
        ("Zoo on Friday, November 20", "11月20日（星期五）去动物园", "zh"),
        ("Zoo on Friday", "Зоопарк в пятницу", "ru"),
        ("Mateo may not go", "Mateo no puede ir", "es"),
        ("You may come", "Puede venir", "es"),
        ("At 8:45", "الساعة ٨:٤٥", "ar"),
        ("Dear $FirstName|there$, see https://x.org/a", "Estimada $FirstName|there$, vea https://x.org/a", "es"),
        ("I can't wait", "Con muchas ganas", "es"),
    ],
)
def test_what_says_the_same_passes(original: str, translated: str, target: str) -> None:
    assert lost_facts(original, translated, source="en", target=target, names=["Rosa Hernández", "Mateo"]) == []


@pytest.mark.parametrize(
    ("original", "translated", "target", "lost"),
    [
        ("The bus leaves at 8:45", "El autobús sale a las 9:45", "es", ["8:45"]),
        ("Bring $5.50", "Traiga $5", "es", ["50"]),
        ("Room 12", "Sala", "es", ["12"]),
        ("Zoo on Friday", "Zoológico el jueves", "es", ["Friday"]),
        ("In November", "En diciembre", "es", ["November"]),
        ("Do not come tomorrow", "Venga mañana", "es", ["not"]),
        ("Don't come", "Приходите", "ru", ["not"]),
        ("Mateo was great", "Mathew estuvo genial", "es", ["Mateo"]),
        ("Hi $FirstName$", "Hola $Nombre$", "es", ["$FirstName$"]),
        ("See https://x.org/a", "Vea https://x.org/b", "es", ["https://x.org/a"]),
        ("2 and 2", "2", "es", ["2"]),
    ],
)
def test_what_changes_a_fact_is_caught(original: str, translated: str, target: str, lost: list[str]) -> None:
    assert lost_facts(original, translated, source="en", target=target, names=["Rosa Hernández", "Mateo"]) == lost


@given(st.text(max_size=200))
def test_a_text_keeps_its_own_facts(text: str) -> None:
    assert lost_facts(text, text) == []


@given(st.text(max_size=60), st.integers(100, 9999), st.text(max_size=60))
def test_a_number_never_disappears_unseen(before: str, number: int, after: str) -> None:
    assert lost_facts(f"{before} {number} {after}", "") != []


# --- the phrase book


def test_the_book_translates_whole_texts_or_nothing() -> None:
    book = PhraseBook()
    assert (
        book.translate("Good morning! The bus leaves at 8:45. Thank you!", "en", "es")
        == "¡Buenos días! El autobús sale a las 8:45. Gracias."
    )
    assert book.translate("¿A qué hora sale el bus?", "es", "en") == "What time does the bus leave?"
    assert book.translate("The bus leaves at 8:45 AM.", "en", "zh") == "校车8:45 AM出发。"
    with pytest.raises(NotTranslatable):
        book.translate("Good morning! Mateo hit a classmate.", "en", "es")
    with pytest.raises(NotTranslatable):
        book.translate("Good morning", "en", "tlh")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("¿A qué hora sale el bus?", "es"),
        ("What time does the bus leave?", "en"),
        ("Dạ cô ơi, hôm nay cháu Bảo bị sốt nên con xin nghỉ học ạ", "vi"),
        ("هل يمكن لليلى أن تأكل وجبة نباتية في الرحلة؟", "ar"),
        ("Mahadsanid macallin, waan fahmay", "so"),
        ("好的,谢谢老师。", "zh"),
        ("Спасибо большое, всё понятно.", "ru"),
        ("Дуже дякую, ми прийдемо.", "uk"),
        ("Merci beaucoup, c'est noté.", "fr"),
        ("👍", None),
        ("12345", None),
        ("Mateo", None),
        ("", None),
    ],
)
def test_languages_are_told_apart_or_left_open(text: str, language: str | None) -> None:
    assert detect(text) == language


# --- previews and what is sent


def test_the_writer_sees_what_the_family_will_read(app: Flask, parrot: Parrot) -> None:
    talk = spanish()
    parrot.words = {"The bus leaves at 8:45": "El autobús sale a las 8:45"}
    (shown,) = service.translate_for(talk.family.teacher, talk.id, "The bus leaves at 8:45")
    assert (shown.language, shown.text, shown.provider, shown.problem) == ("es", "El autobús sale a las 8:45", "parrot", None)
    sent = service.send(
        talk.family.teacher, talk.id, "The bus leaves at 8:45", uuid=uuid.uuid4(), translation=shown.text, translated_by=shown.provider
    )
    assert (sent.body, sent.translation, sent.translation_language, sent.translated_by) == (
        "The bus leaves at 8:45",
        "El autobús sale a las 8:45",
        "es",
        "parrot",
    )
    assert db.session.scalars(select(Delivery)).one().content.body == "El autobús sale a las 8:45"


def test_a_translation_that_loses_a_fact_is_shown_and_not_sent(app: Flask, parrot: Parrot) -> None:
    talk = spanish()
    parrot.words = {"At 8:45": "A las 9:45"}
    (shown,) = service.translate_for(talk.family.teacher, talk.id, "At 8:45")
    assert shown.facts == ["8:45"]
    with pytest.raises(FactsChanged):
        service.send(talk.family.teacher, talk.id, "At 8:45", uuid=uuid.uuid4(), translation="A las 9:45", translated_by="parrot")
    sent = service.send(
        talk.family.teacher, talk.id, "At 8:45", uuid=uuid.uuid4(), translation="A las nueve menos cuarto", translated_by="staff"
    )
    assert sent.translated_by == "staff"


def test_without_a_translator_the_page_is_told_and_the_original_goes(app: Flask) -> None:
    app.extensions["translator"] = None
    talk = spanish()
    (shown,) = service.translate_for(talk.family.teacher, talk.id, "Hello")
    assert shown.text is None
    assert "own words" in (shown.problem or "")
    assert service.send(talk.family.teacher, talk.id, "Hello", uuid=uuid.uuid4()).translation is None


def test_what_a_family_wrote_is_translated_after_it_arrived(app: Flask, parrot: Parrot) -> None:
    talk = spanish()
    parrot.words = {"¿A qué hora sale el bus?": "What time does the bus leave?"}
    arrives(talk.family.contact_point.address, talk.family.number, "¿A qué hora sale el bus?")
    arrives(talk.family.contact_point.address, talk.family.number, "Thank you, that is good")
    first, second = db.session.scalars(select(Message).where(Message.kind == "inbound").order_by(Message.id))
    assert (first.language, first.awaits_translation, second.language, second.awaits_translation) == ("es", True, "en", False)
    assert service.translate_waiting() == 1
    assert service.translate_waiting() == 0
    read = fresh_message(first)
    assert (read.translation, read.translation_language, read.translated_by) == ("What time does the bus leave?", "en", "parrot")
    assert "bus" in read.search_text


def test_a_translator_that_is_away_is_asked_again_for_an_hour(app: Flask, parrot: Parrot, school_time: time_machine.Traveller) -> None:
    talk = spanish()
    parrot.words = {"Gracias por su ayuda": TranslatorAway()}
    arrives(talk.family.contact_point.address, talk.family.number, "Gracias por su ayuda")
    assert [service.translate_waiting() for _ in range(2)] == [1, 1]
    school_time.shift(timedelta(hours=2))
    service.translate_waiting()
    assert service.translate_waiting() == 0


def test_a_person_who_knows_better_keeps_the_last_word(app: Flask, parrot: Parrot) -> None:
    talk = spanish()
    parrot.words = {"Mateo está malo hoy": "Mateo is bad today"}
    arrives(talk.family.contact_point.address, talk.family.number, "Mateo está malo hoy")
    service.translate_waiting()
    message = db.session.scalars(select(Message)).one()
    service.correct_translation(talk.family.teacher, message.id, "Mateo is sick today")
    service.ask_translation(talk.family.teacher, message.id)
    assert (fresh_message(message).translation, fresh_message(message).translated_by) == ("Mateo is sick today", "staff")


# --- providers, against a real server on this machine


class Translator(BaseHTTPRequestHandler):
    """Speaks both APIs, and fails on demand."""

    heard: list[tuple[str, dict, dict]] = []  # noqa: RUF012
    answer: tuple[int, bytes] = (200, b"")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Translator.heard.append((self.path, dict(self.headers), body))
        status, data = Translator.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    Translator.heard.clear()
    running = ThreadingHTTPServer(("127.0.0.1", 0), Translator)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    running.server_close()


def test_libretranslate_is_asked_in_its_own_words(server: str) -> None:
    Translator.answer = 200, json.dumps({"translatedText": "Hola"}).encode()
    assert LibreTranslate(server, "k").translate("Hello", "en", "zh-Hant") == "Hola"
    path, _headers, body = Translator.heard[0]
    assert (path, body) == ("/translate", {"q": "Hello", "source": "en", "target": "zt", "format": "text", "api_key": "k"})


def test_deepl_is_asked_in_its_own_words(server: str) -> None:
    Translator.answer = 200, json.dumps({"translations": [{"detected_source_language": "ES", "text": "Hello"}]}).encode()
    assert DeepL("key:fx", server).translate("Hola", "es", "en") == "Hello"
    path, headers, body = Translator.heard[0]
    assert path == "/v2/translate"
    assert headers["Authorization"] == "DeepL-Auth-Key key:fx"
    assert (body["text"], body["source_lang"], body["target_lang"]) == (["Hola"], "ES", "EN-US")


@pytest.mark.parametrize("kind", [LibreTranslate, lambda url: DeepL("secret-key", url)])
@pytest.mark.parametrize(
    ("status", "data", "refusal"),
    [
        (403, b"{}", TranslatorRefused),
        (456, b"{}", TranslatorRefused),
        (400, b"{}", NotTranslatable),
        (500, b"oops", TranslatorAway),
        (429, b"{}", TranslatorAway),
        (302, b"", TranslatorAway),
        (200, b"not json", TranslatorAway),
        (200, b'{"translatedText": "", "translations": []}', TranslatorAway),
        (200, b"[]", TranslatorAway),
        (200, b" " * 300_000, TranslatorAway),
    ],
)
def test_a_translator_that_fails_says_what_to_do(server: str, kind, status: int, data: bytes, refusal: type[Exception]) -> None:
    Translator.answer = status, data
    with pytest.raises(refusal) as refused:
        kind(server).translate("Hello", "en", "es")
    assert "own words" in refused.value.advice
    assert "secret-key" not in str(refused.value)


def test_nobody_there_is_away_too() -> None:
    with pytest.raises(TranslatorAway):
        LibreTranslate("http://127.0.0.1:9").translate("Hello", "en", "es")
