"""What the room says, in the languages of the families. A person wrote these; where a language is missing, English.

Staff read the same page, so the words of the room are here and not among the sentences of their pages.
"""

from typing import Final

from app.video.room_words.arabic import ARABIC
from app.video.room_words.chinese import CHINESE
from app.video.room_words.english import ENGLISH
from app.video.room_words.french import FRENCH
from app.video.room_words.russian import RUSSIAN
from app.video.room_words.somali import SOMALI
from app.video.room_words.spanish import SPANISH
from app.video.room_words.ukrainian import UKRAINIAN
from app.video.room_words.vietnamese import VIETNAMESE

WORDS: Final[dict[str, dict[str, str]]] = {
    "en": ENGLISH,
    "es": SPANISH,
    "vi": VIETNAMESE,
    "ar": ARABIC,
    "so": SOMALI,
    "zh": CHINESE,
    "ru": RUSSIAN,
    "uk": UKRAINIAN,
    "fr": FRENCH,
}

SCRIPTED: Final = (
    *("mute", "unmute", "camera_off", "camera_on", "share", "unshare", "you", "blocked", "missing", "busy", "sound_only", "listen_only"),
    *("join", "join_sound", "join_listen", "none", "connecting", "reconnecting", "lost", "alone", "full", "full_more", "over", "over_time"),
    *("over_more", "left", "removed", "elsewhere", "elsewhere_more", "failed", "failed_more", "soon", "soon_one", "remaining"),
    *("not_begun", "begun", "waiting_alone"),
    *(
        "were_muted",
        "asked_to_speak",
        "is_muted",
        "is_speaking",
        "no_camera",
        "screen_of",
        "own_screen",
        "came",
        "went",
        "camera",
        "microphone",
    ),
    *("waiting", "waiting_more", "staff_came", "no_path", "no_path_more", "insecure", "old_browser"),
)
"""What the page's script says; the rest stands on the page."""


def words_in(language: str) -> dict[str, str]:
    """The room's words; English where the house does not speak the language."""
    return WORDS.get(language.partition("-")[0], ENGLISH)


def script_words(language: str) -> dict[str, str]:
    """Those that the script needs, by their keys."""
    words = words_in(language)
    return {key: words[key] for key in SCRIPTED}
