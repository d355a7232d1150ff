"""Texts that a handset sends at one press: thanks, STOP, a photo, and one that takes several parts."""

from pathlib import Path

from app.simulator.inbound import Upload

PHOTO = Path(__file__).parent / "samples" / "note.jpg"

THANKS = {
    "en": "Thank you 🙏", "es": "Gracias 🙏", "ar": "شكراً 🙏", "vi": "Cảm ơn cô 🙏", "zh": "谢谢老师 🙏", "ru": "Спасибо 🙏",
    "uk": "Дякую 🙏", "so": "Mahadsanid 🙏", "fr": "Merci 🙏", "ko": "감사합니다 🙏", "tl": "Salamat po 🙏", "pt": "Obrigada 🙏",
    "ht": "Mèsi 🙏", "hi": "धन्यवाद 🙏", "fa": "ممنون 🙏", "am": "አመሰግናለሁ 🙏", "sw": "Asante 🙏", "ja": "ありがとうございます 🙏",
}  # fmt: skip
LONG = {
    "en": (
        "Good morning. I wanted to let you know that we were up most of the night with a cough, so we may be a little late. "
        "He did finish his reading, and the permission slip for Friday is signed and in the front pocket of his backpack, "
        "together with two dollars for the bus. Could you please remind him to take his inhaler before recess? "
        "The office has a spare one. His grandmother will pick him up today, her name is on the list. Thank you for everything!"
    ),
    "es": (
        "Buenos días, maestra. Le aviso que pasamos casi toda la noche con tos, así que quizá lleguemos un poco tarde. "
        "Sí terminó su lectura, y el permiso para el viernes está firmado en la bolsa de enfrente de su mochila, "
        "junto con dos dólares para el autobús. ¿Le podría recordar que use su inhalador antes del recreo? "
        "En la oficina tienen otro. Hoy lo recoge su abuela, su nombre está en la lista. ¡Gracias por todo!"
    ),
}


def thanks(language: str) -> str:
    """Thanks in the language of the phone's holder, or in English."""
    return THANKS.get(language.split("-", maxsplit=1)[0], THANKS["en"])


def quick_text(kind: str, language: str) -> tuple[str, tuple[Upload, ...]] | None:
    """Words and files of a quick text; None for a kind that does not exist."""
    words = {
        "thanks": thanks(language),
        "stop": "STOP",
        "start": "START",
        "photo": "",
        "long": LONG.get(language.split("-", maxsplit=1)[0], LONG["en"]),
    }
    if kind not in words:
        return None
    files = (Upload(PHOTO.read_bytes(), "image/jpeg"),) if kind == "photo" else ()
    return words[kind], files
