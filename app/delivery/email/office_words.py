"""What emails between offices say at their foot, in the languages of staff: they go to no family, so there is nothing to stop."""

from typing import Final

ENGLISH: Final = {
    "answer": "You can answer this email.",
    "no_answer": "Nobody reads answers to this address.",
    "call": "The office: {phone}.",
    "why": "It may hold private information. If it is not meant for you, please delete it and tell {school}.",
}
WORDS: Final[dict[str, dict[str, str]]] = {
    "en": ENGLISH,
    "es": {
        "answer": "Puede contestar a este correo.",
        "no_answer": "Nadie lee las respuestas a esta dirección.",
        "call": "La oficina: {phone}.",
        "why": "Puede contener información privada. Si no es para usted, por favor bórrelo y avise a {school}.",
    },
}


def office_words_in(language: str) -> dict[str, str]:
    """The words; English where staff do not read the language."""
    return WORDS.get(language, ENGLISH)
