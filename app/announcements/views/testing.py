"""A test of a draft to one's own phone and mailbox, and what became of it."""

from dataclasses import dataclass

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.announcements import service
from app.announcements.channel_words import channel_name
from app.announcements.models import Announcement
from app.announcements.service import Tried
from app.announcements.views.blueprint import pages
from app.announcements.views.words import channel_glyph
from app.carrier.error_codes import explain
from app.core.ids import row_number_or_none
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.delivery.models import Delivery, DeliveryState


@dataclass(frozen=True, slots=True)
class TestLine:
    """One channel of a test."""

    glyph: str
    channel: str
    address: str
    state: str
    tone: str
    advice: str = ""
    href: str = ""
    """Where the phone is confirmed."""


@pages.post("/announcements/<int:announcement_id>/tests")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def test(announcement_id: int) -> ResponseReturnValue:
    """Send it to oneself."""
    announcement = service.authored_by(asker(), announcement_id)
    return _page(announcement, tried(announcement))


@pages.get("/announcements/<int:announcement_id>/tests")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def tests(announcement_id: int) -> ResponseReturnValue:
    """How far the last test is."""
    return _page(service.authored_by(asker(), announcement_id), [])


def tried(announcement: Announcement) -> list[Tried]:
    """Send what the form asks for. Raises what `service.send_test` raises."""
    return service.send_test(
        asker(), announcement.id, language=request.form.get("test_language") or None,
        reader_id=row_number_or_none(request.form.get("as", "")),
    )  # fmt: skip


def flash_all(announcement: Announcement) -> None:
    """Say it on the next page, for who has no script."""
    for one in tried(announcement):
        name = channel_name(one.channel)
        if one.problem:
            flash(f"{name}: {one.problem}", "error")
        else:
            flash(_("%(channel)s: a test is on its way to %(address)s.", channel=name, address=_shown(one.address or "")))


def _page(announcement: Announcement, fresh: list[Tried]) -> str:
    sent = service.tests_of(asker(), announcement.id)
    lines = [_line(one) for one in sent]
    lines += [
        TestLine(channel_glyph(one.channel), channel_name(one.channel), "", _("Not sent"), "warn", one.problem, _where(announcement, one))
        for one in fresh
        if one.problem
    ]
    moving = {DeliveryState.PENDING, DeliveryState.PROCESSING, DeliveryState.SENDING}
    return render_template("announcements/_tests.html", lines=lines, is_moving=any(one.state in moving for one in sent))


def _where(announcement: Announcement, one: Tried) -> str:
    return url_for(".show_phone", announcement_id=announcement.id) if one.is_to_confirm else ""


def _line(one: Delivery) -> TestLine:
    channel = "sms" if one.channel == "mms" else one.channel
    words, tone, advice = _("On its way"), "info", ""
    if one.state == DeliveryState.DELIVERED:
        words, tone = _("Arrived"), "ok"
    elif one.state == DeliveryState.SENT:
        words, tone = _("Sent"), "ok"
    elif one.state in {DeliveryState.FAILED, DeliveryState.BLOCKED}:
        failure = explain(one.error_code)
        words, tone, advice = str(failure.meaning), "danger", str(failure.advice)
    return TestLine(channel_glyph(channel), channel_name(channel), _shown(one.address), words, tone, advice)


def _shown(address: str) -> str:
    return for_people(address) if address.startswith("+") else address
