"""What a family means by its answer to a question for consent."""

from app.core.search_text import fold

_YES = {
    "en": ("yes", "y", "ok", "okay", "accept", "agree", "start", "1"),
    "es": ("sí", "acepto", "de acuerdo", "claro"),
    "vi": ("có", "vâng", "đồng ý"),
    "ar": ("نعم", "موافق", "موافقة"),
    "so": ("haa",),
    "zh": ("是", "是的", "好", "好的", "同意", "可以"),
    "ru": ("да", "согласен", "согласна"),
    "uk": ("так", "згоден", "згодна"),
    "fr": ("oui", "d'accord"),
}
_NO = {
    "en": ("no", "n", "reject", "decline", "2"),
    "es": ("no", "rechazo"),
    "vi": ("không",),
    "ar": ("لا",),
    "so": ("maya",),
    "zh": ("否", "不", "不是", "不同意", "不可以"),
    "ru": ("нет",),
    "uk": ("ні",),
    "fr": ("non",),
}
_EVERYBODYS = ("en", "es")
_AROUND = " .,!¡。，！،"  # noqa: RUF001  # blanks and marks of all these languages


def means_yes(said: str, language: str) -> bool | None:
    """A yes, a no, or neither: in the language of the question, and in English and Spanish, which everybody here has heard.

    In no other: a word that refuses in one language is a child's name in another.
    """
    words = fold(said).strip(_AROUND)
    heard = (*_EVERYBODYS, language.split("-", maxsplit=1)[0].lower())
    if any(words == fold(each) for code in heard for each in _YES.get(code, ())):
        return True
    return False if any(words == fold(each) for code in heard for each in _NO.get(code, ())) else None
