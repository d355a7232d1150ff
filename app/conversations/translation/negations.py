"""The little words that turn a sentence around: whether a translation lost one.

Two questions are asked in two ways. That the original says no must be certain: words that only sometimes mean it do not count.
That the translation says no is believed easily: "no school" is a holiday in many languages, and a prohibition needs no "not".
Where a language is not known here, nothing is said.
"""

import re
import unicodedata

from app.core import phrase_book
from app.core.search_text import fold

_SAYS = {
    "en": r"\b(?:not|never|cannot|without|nobody|none|nor)\b|n't\b|\bno\b(?! problem| worries| need to worry)",
    "es": r"\b(?:no|nunca|jamas|ningun\w*|nadie|tampoco|sin)\b",
    "fr": r"\b(?:ne|pas|non|jamais|sans|aucun\w*)\b|\bn'",
    "vi": r"\b(?:không|khong|chưa|đừng|chẳng|cấm)\b",
    "ar": r"(?<!\w)[وف]?(?:لا|لم|لن|ليس\w*|بدون|ممنوع)(?!\w)",
    "zh": r"[不没沒无無勿]|未(?!来)|非(?!常)|(?<![特差分个区])别(?!人|的|处)",
    "ru": r"\b(?:не|нет|никогда|нельзя|никто)\b",
    "uk": r"\b(?:не|ні|нема|немає|ніколи|ніхто)\b|\bнемае\b",
}
"""How a language says no, and nothing else by the same words. Somali has no such words."""
_HARMLESS = {
    "en": r"\b(?:can't|cannot) wait\b|\bwhy not\b|\bwhether or not\b|\bif not\b|\bnot only\b|\b(?:don't|do not) hesitate\b",
    "es": r"\bpor que no\b|\bno solo\b|\bno dude\w*\b|\bsin duda\b|\bno se preocupe\b|,? no\?",
    "fr": r"\bpourquoi pas\b|\bn'hesitez pas\b|\bpas de souci\b|\bsans doute\b|\bsans faute\b",
    "vi": r"\bkh[ôo]ng (?:sao|có (?:gì|chi)|chỉ)\b|\b(?:không|khong|chưa)\s*(?:\?|$)",
    "ar": r"لا بأس|لا شكر|بلا شك|لا تتردد\w*",
    "zh": r"对不起|不好意思|没问题|没关系|不客气|不用谢|不错|不但|不仅|无论|不管|没有大碍",
    "ru": r"\bне за что\b|\bпочему бы не\b|\bне только\b|\bне стесняйтесь\b",
    "uk": r"\bнема(?:є)? за що\b|\bне лише\b|\bне соромтеся\b|\bчому б не\b",
}
"""Where these words deny nothing. Questions of Vietnamese end with one."""
_KEEPS = {
    "en": r"\b(?:not|never|cannot|without|nobody|none|nor|no|neither|absent|missed|unable|closed|cancell?ed|avoid|forbidden)\b|n't\b",
    "es": r"\b(?:no|nunca|jamas|ni|ningun\w*|nadie|tampoco|sin|nada|falt\w+|ausent\w+|cerrad\w+|cancel\w+|suspend\w+|evit\w+|prohib\w+)\b",
    "fr": r"\b(?:ne|pas|non|jamais|sans|aucun\w*|personne|ni|absent\w*|ferme\w*|annul\w+|suspend\w+|evit\w+|interdi\w+|ferie\w*)\b|\bn'",
    "vi": r"\b(?:không|khong|ko|chưa|đừng|chẳng|chớ|cấm|khỏi|tránh|nghỉ|vắng|đóng cửa|hủy|huỷ|miễn|ngừng|ngưng|hoãn)\b"
    r"|\A(?=[\x00-\x7f]*\Z)[\x00-\x7f]*\b(?:dung|chua|chang|cam|nghi)\b",
    "so": r"\b(?:ma|maya|ha|aan|aanan|aanay|lama|looma|mana|xiran\w*|fasax\w*|maqn\w*|jooji\w*)\b|\b\w{1,4}ma\b|la'aan",
    "ar": r"(?<!\w)[وف]?(?:لا|لم|لن|غير|بدون|دون|ما|بلا)(?!\w)|ليس|ممنوع|يمنع|عطلة|إجازة|اجازة|مغلق|إغلاق|اغلاق|إلغاء|الغاء|تجنب|غائب|غياب",
    "zh": r"[不没沒无無勿莫]|未(?!来)|非(?!常)|(?<![特差分个区])别(?!人|的|处)|禁止|停课|停运|放假|取消|关闭|關閉|缺席|缺课",
    "ru": r"\b(?:не|нет|ни|никто|ничего|никогда|без|нельзя|закры\w+|отмен\w+|выходн\w+|каникул\w*|запре\w+|отсутств\w+|пропус\w+)\b",
    "uk": r"\b(?:не|ні|ніхто|нічого|ніколи|нема|без|закри\w+|скас\w+|вихідн\w+|канікул\w*|заборон\w+|відсутн\w+|пропус\w+)\b|\bнемає?\b",
}
"""Whatever may carry it over."""
_SENTENCES = re.compile(r"(?<=[.!?。！？؟])\s*|\n+")
_AS_WRITTEN = frozenset({"vi"})
"""Languages whose marks make other words."""


def _compiled(patterns: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {language: re.compile(pattern) for language, pattern in patterns.items()}


_SAYING, _MEANT_OTHERWISE, _KEEPING = _compiled(_SAYS), _compiled(_HARMLESS), _compiled(_KEEPS)


def drops_a_not(original: str, translated: str, source: str, target: str) -> bool:
    """Whether the original says no and the translation does not, as far as both languages are known here.

    Sentences that the phrase book says in just these words were compared by people.
    """
    ours, theirs = _base(source), _base(target)
    says, keeps = _SAYING.get(ours), _KEEPING.get(theirs)
    if says is None or keeps is None or keeps.search(_read(translated, theirs)) is not None:
        return False
    denying = [sentence for sentence in _SENTENCES.split(original) if _says_no(sentence, ours)]
    return any(not _is_of_the_book(sentence, translated, ours, theirs) for sentence in denying)


def _says_no(sentence: str, language: str) -> bool:
    text = _MEANT_OTHERWISE[language].sub(" ", _read(sentence, language).strip())
    return _SAYING[language].search(text) is not None


def _read(text: str, language: str) -> str:
    return unicodedata.normalize("NFC", text).lower() if language in _AS_WRITTEN else fold(text)


def _is_of_the_book(sentence: str, translated: str, source: str, target: str) -> bool:
    if not {source, target} <= set(phrase_book.LANGUAGES):
        return False
    known = phrase_book.translate(sentence.strip(), source, target)
    return known is not None and fold(known) in fold(translated)


def _base(language: str) -> str:
    return language.split("-", maxsplit=1)[0].lower()
