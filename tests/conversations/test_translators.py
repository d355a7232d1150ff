"""Those who translate: the phrase book that comes with the house, and services, against a real server on this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.conversations.translation.deepl import DeepL
from app.conversations.translation.libretranslate import LibreTranslate
from app.conversations.translation.phrases import PhraseBook
from app.conversations.translation.provider import NotTranslatable, TranslatorAway, TranslatorRefused
from app.core.language import detect


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
