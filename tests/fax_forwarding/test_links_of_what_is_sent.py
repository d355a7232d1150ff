"""A fax that the house sends is forwarded as it was then, whatever becomes of it afterwards."""

from app.accounts.models import AuditEvent
from app.core.database import db
from app.fax.models import Fax
from tests.factories.faxes import fax
from tests.fax_forwarding.conftest import CLINIC, Desk, document
from tests.fax_forwarding.test_forwarding import link_in


def test_a_link_never_shows_what_was_put_into_it_later(desk: Desk) -> None:
    one = fax(desk.school, direction="out", status="sent", provider_id=None, document_key=document(2), pages=2, name="Cascade Pediatrics")
    desk.forward(fax_id=one.id)
    desk.work()
    stranger, link = desk.mailing.app.test_client(), link_in(desk)
    pressed = stranger.post(link).location
    document_then = stranger.get(pressed + "/download").data
    assert "Cascade Pediatrics" in stranger.get(pressed).text
    assert stranger.get(pressed + "/pages/1").status_code == 200
    for key in (None, document(3)):  # taken back, and sent again
        again = db.session.get_one(Fax, one.id)
        again.document_key, again.name, again.address = key, "Riverbend Court", "+15035550188"
        db.session.commit()
        for path in (link, pressed):
            page = stranger.get(path)
            assert page.status_code == 200
            for secret in ("Riverbend", "555-0188", "/pages/"):
                assert secret not in page.text
        assert stranger.get(pressed + "/pages/1").status_code == 404
        got = stranger.get(pressed + "/download")
        assert got.data == document_then
        assert "Riverbend" not in got.headers["Content-Disposition"]


def test_a_download_by_a_link_is_written_down(desk: Desk) -> None:
    desk.forward()
    desk.work()
    stranger = desk.mailing.app.test_client()
    pressed = stranger.post(link_in(desk)).location
    assert stranger.get(pressed + "/download").status_code == 200
    (line,) = db.session.query(AuditEvent).filter_by(action="fax.link_downloaded")
    assert line.details == {"name": "Cascade Pediatrics", "to": CLINIC}
