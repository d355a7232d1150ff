"""A link to a fax: who presses sees the pages, it ends, and stands in for what is too big for mail."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from pypdf import PdfReader

from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.events import DeliveryChanged
from app.fax.models import Fax, FaxPage
from app.fax.service import preparing
from tests.fax_forwarding.conftest import CLINIC, Desk
from tests.fax_forwarding.test_forwarding import audit, link_in


def test_a_link_shows_the_pages_to_who_presses_and_tells_the_office(desk: Desk) -> None:
    desk.fax.is_restricted = True
    db.session.query(FaxPage).filter_by(fax_id=desk.fax.id, number=2).one().turn = 90
    desk.forward(way="link")
    desk.work()
    (letter,) = desk.letters()
    assert list(letter.iter_attachments()) == []
    stranger, link = desk.mailing.app.test_client(), link_in(desk)
    cover = stranger.get(link)
    assert cover.status_code == 200
    assert cover.headers["Cache-Control"] == "no-store"
    assert cover.headers["Referrer-Policy"] == "no-referrer"
    assert "Open the fax" in cover.text
    assert "/pages/" not in cover.text
    assert desk.rows()[0].opened_at is None  # a scanner looked, nobody read
    opened = stranger.post(link, follow_redirects=True)
    pictures = re.findall(r'<img src="([^"]+)"', opened.text)
    assert len(pictures) == 3
    first, second = (stranger.get(one) for one in pictures[:2])
    assert first.data.startswith(b"\x89PNG")
    assert first.headers["Cache-Control"] == second.headers["Cache-Control"] == "no-store"
    sizes = [(int.from_bytes(one.data[16:20]), int.from_bytes(one.data[20:24])) for one in (first, second)]
    assert sizes == [(432, 550), (550, 432)]
    href = re.search(r'href="([^"]+/download)"', opened.text)
    assert href
    file = stranger.get(href[1])
    assert len(PdfReader(io.BytesIO(file.data)).pages) == 3
    assert "Fax Cascade Pediatrics" in file.headers["Content-Disposition"]
    assert desk.rows()[0].opened_at is not None
    assert [one.action for one in audit("fax.link_opened")] == ["fax.link_opened"]


def test_a_pass_is_good_for_an_hour_and_for_its_own_link(desk: Desk) -> None:
    desk.forward(CLINIC, "court@county.test")
    desk.work()
    stranger = desk.mailing.app.test_client()
    mine, theirs = link_in(desk), link_in(desk, "court@county.test")
    pressed = stranger.post(mine).location
    assert stranger.get(pressed).status_code == 200
    assert stranger.get(theirs + "/" + pressed.rpartition("/")[2]).status_code == 404
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert stranger.get(pressed).status_code == 410
        assert stranger.get(mine).status_code == 200
    assert stranger.get(pressed + "/pages/4").status_code == 404
    assert stranger.get(pressed + "/pages/0").status_code == 404


@pytest.mark.parametrize("why", ["late", "ended", "deleted", "forged", "bounced"])
def test_a_link_ends(desk: Desk, why: str) -> None:
    desk.forward()
    desk.work()
    stranger, link = desk.mailing.app.test_client(), link_in(desk)
    pressed = stranger.post(link).location
    if why == "ended":
        (row,) = desk.rows()
        desk.browser.post(f"/fax/{desk.fax.id}/forwards/{row.id}", data={"act": "end"})
        assert desk.browser.post(f"/fax/{desk.fax.id}/forwards/{row.id}", data={"act": "end"}).status_code == 409
        assert len(audit("fax.link_ended")) == 1
    if why == "bounced":
        (row,) = desk.rows()
        news = DeliveryChanged(row.district_id, "fax_forward", row.id, row.delivery_id, None, "sent", "failed", error_code="mail_unknown")
        with transaction() as events:
            events.append(news)
    if why == "deleted":
        db.session.get_one(Fax, desk.fax.id).deleted_at = now()
    if why == "forged":
        link = link[:-3] + ("abc" if not link.endswith("abc") else "xyz")
        pressed = link + "/" + pressed.rpartition("/")[2]
    with time_machine.travel(now() + timedelta(days=8 if why == "late" else 0)):
        for path in (link, pressed, pressed + "/pages/1", pressed + "/download"):
            answer = stranger.get(path)
            assert answer.status_code == (404 if why == "forged" else 410), path
            assert "Cascade" not in answer.text
        assert stranger.post(link).status_code in {404, 410}


def test_what_is_too_big_for_mail_becomes_a_link(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "MOST_ATTACHED", 100)
    desk.forward(way="attached")
    desk.work()
    (letter,) = desk.letters()
    assert list(letter.iter_attachments()) == []
    assert link_in(desk)
