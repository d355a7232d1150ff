"""Counting a draft: texts, cost, and the characters that make it longer than it need be."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask_babel import ngettext

from app.conversations.service.composing import LONGEST_BODY, LONGEST_MMS
from app.core.presentation import decimal, reader_language
from app.core.presentation import gettext as _
from app.core.sms import MOST_SEGMENTS, measure_draft, rates_of, straighten

MOST_MARKED = 50


def measured(body: str, settings: dict[str, Any], *, copies: int = 1) -> dict[str, Any]:
    """What the counter shows. `words` is empty while one text is enough and nothing speaks against it."""
    text = body[:LONGEST_BODY].replace("\r\n", "\n").strip("\n")
    found = measure_draft(text)
    rates = rates_of(settings)
    straight = straighten(text)
    helps = found.straightening_helps
    offenders = found.offenders[:MOST_MARKED] if helps or found.segments > 1 else []
    return {
        "characters": found.characters,
        "segments": found.segments,
        "encoding": found.encoding.value,
        "at_least": found.at_least,
        "room_left": found.room_left if found.segments else 0,
        "too_long": found.segments > MOST_SEGMENTS,
        "fits_mms": len(text) <= LONGEST_MMS,
        "words": count_words(found.segments, rates.of_sms(found, copies), at_least=found.at_least),
        "mms_words": cents_words(rates.of_mms(copies)),
        "offenders": [{"position": each.position, "character": each.character, "plain": each.replacement} for each in offenders],
        "straight": straight if helps and straight != text else None,
    }


def count_words(segments: int, cents: Decimal, *, at_least: bool) -> str:
    """``2 texts · about 2¢``; silent at one text."""
    if segments < 2 and not at_least:  # noqa: PLR2004  # the counter is silent at one text
        return ""
    texts = ngettext("%(num)s text", "%(num)s texts", segments)
    if at_least:
        texts = _("at least %(texts)s", texts=texts)
    return str(_("%(texts)s · about %(cost)s", texts=texts, cost=cents_words(cents)))


def cents_words(cents: Decimal) -> str:
    """``2¢``, or ``$1.20``."""
    return _cents_words(cents, reader_language())


@lru_cache(maxsize=1024)
def _cents_words(cents: Decimal, _language: str) -> str:
    if cents >= 100:  # noqa: PLR2004  # a dollar
        return f"${decimal(cents / 100, '0.00')}"
    return f"{decimal(round(cents, 1))}¢"
