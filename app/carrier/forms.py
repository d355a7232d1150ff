"""What the carrier's webhooks say, read strictly: whatever does not fit is a bad request, never a crash."""

import re
from dataclasses import dataclass
from typing import Self

from werkzeug.datastructures import MultiDict

LONGEST_BODY = 5000
"""Above what any carrier brings in one piece (SMS 1,600, rich texts 3,072)."""
MOST_MEDIA = 10
LONGEST_URL = 500

_PROVIDER_ID = re.compile(r"[A-Za-z0-9_-]{2,64}")
_ADDRESS = re.compile(r"[A-Za-z0-9+][A-Za-z0-9 &._+-]{0,19}")
_STATUS = re.compile(r"[a-z_]{2,20}")
_CALL_STATUS = re.compile(r"[a-z-]{2,20}")
_DIGITS = re.compile(r"[0-9*#]{1,32}")
_ERROR_CODE = re.compile(r"\d{1,10}")
_SECONDS = re.compile(r"\d{1,7}")
_REFERENCE = re.compile(r"[A-Za-z0-9.-]{1,64}")
_OPT_OUT = frozenset({"STOP", "START", "HELP"})
_KEPT = ("RawDlrDoneDate", "ChannelStatusMessage", "NumSegments", "Price", "PriceUnit")


class BadWebhook(ValueError):
    """A field is missing, or holds what the carrier does not send. The text names the field, never its content."""


@dataclass(frozen=True, slots=True)
class InboundForm:
    """A text that arrives."""

    provider_id: str
    sender: str
    to: str
    body: str
    media: list[dict[str, str]]
    opt_out_type: str | None

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> Self:
        """Read it. Raises BadWebhook."""
        body = form.get("Body", "")
        if len(body) > LONGEST_BODY:
            raise BadWebhook("Body is too long")
        opt_out_type = form.get("OptOutType") or None
        if opt_out_type is not None and opt_out_type not in _OPT_OUT:
            raise BadWebhook("OptOutType")
        return cls(
            provider_id=matching(form, "MessageSid", _PROVIDER_ID), sender=matching(form, "From", _ADDRESS),
            to=matching(form, "To", _ADDRESS), body=storable(body, "Body"), media=_media(form), opt_out_type=opt_out_type,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatusForm:
    """News of a text of ours."""

    provider_id: str
    status: str
    error_code: str | None
    reference: str | None
    fields: dict[str, str]

    @classmethod
    def of(cls, form: MultiDict[str, str], query: MultiDict[str, str]) -> Self:
        """Read it; the reference is the one that we put into the address. Raises BadWebhook."""
        return cls(
            provider_id=matching(form, "MessageSid", _PROVIDER_ID),
            status=matching(form, "MessageStatus", _STATUS),
            error_code=matching(form, "ErrorCode", _ERROR_CODE) if form.get("ErrorCode") else None,
            reference=reference_in(query),
            fields={name: storable(form[name][:200], name) for name in _KEPT if form.get(name)},
        )


@dataclass(frozen=True, slots=True)
class CallForm:
    """News of a call, or the question what it is to do now."""

    provider_id: str
    status: str
    answered_by: str | None
    digits: str
    error_code: str | None
    reference: str | None
    seconds: int | None = None
    parent_id: str | None = None

    @classmethod
    def of(cls, form: MultiDict[str, str], query: MultiDict[str, str]) -> Self:
        """Read it; the reference is the one that we put into the address. Raises BadWebhook."""
        return cls(
            provider_id=matching(form, "CallSid", _PROVIDER_ID),
            status=matching(form, "CallStatus", _CALL_STATUS),
            answered_by=matching(form, "AnsweredBy", _STATUS) if form.get("AnsweredBy") else None,
            digits=matching(form, "Digits", _DIGITS) if form.get("Digits") else "",
            error_code=_call_error(form),
            reference=reference_in(query),
            seconds=int(matching(form, "CallDuration", _SECONDS)) if form.get("CallDuration") else None,
            parent_id=matching(form, "ParentCallSid", _PROVIDER_ID) if form.get("ParentCallSid") else None,
        )


def _call_error(form: MultiDict[str, str]) -> str | None:
    if form.get("ErrorCode"):
        return matching(form, "ErrorCode", _ERROR_CODE)
    if form.get("CallStatus") == "failed" and form.get("SipResponseCode"):
        return f"sip_{matching(form, 'SipResponseCode', _ERROR_CODE)}"
    return None


def reference_in(query: MultiDict[str, str]) -> str | None:
    """What we put into the address that the carrier calls. Raises BadWebhook."""
    return matching(query, "ref", _REFERENCE) if query.get("ref") else None


def matching(form: MultiDict[str, str], name: str, pattern: re.Pattern[str]) -> str:
    """The field `name`, all of which fits `pattern`. Raises BadWebhook."""
    given = form.get(name, "")
    if not pattern.fullmatch(given):
        raise BadWebhook(name)
    return given


def storable(text: str, name: str) -> str:
    """`text`, if every database can keep it. Raises BadWebhook."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadWebhook(name)
    return text


def _media(form: MultiDict[str, str]) -> list[dict[str, str]]:
    given = form.get("NumMedia", "0") or "0"
    if not (given.isascii() and given.isdigit()) or int(given) > MOST_MEDIA:
        raise BadWebhook("NumMedia")
    media = []
    for index in range(int(given)):
        url = storable(form.get(f"MediaUrl{index}", ""), "MediaUrl")
        if not url.startswith(("https://", "http://")) or len(url) > LONGEST_URL:
            raise BadWebhook("MediaUrl")
        media.append({"url": url, "content_type": storable(form.get(f"MediaContentType{index}", "")[:80], "MediaContentType")})
    return media
