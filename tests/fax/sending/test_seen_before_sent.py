"""What goes out is what stood in the preview, whatever changes meanwhile."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from app.core.database import db, transaction
from app.delivery.models import Delivery
from app.fax.joining import joined
from app.fax.models import Fax, FaxPart
from app.fax.queries_cover import cover_for
from app.fax.service import covers, drafts, parts, sending
from app.fax.service.looks import hold, touch
from tests.fax.sending.conftest import CLINIC_NUMBER, Office, pdf
from tests.fax.sending.test_sending import drawn, press, preview_form, written


def test_what_a_colleague_changes_meanwhile_is_not_sent_unseen(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    fax = written(office, pages=1)

    def changed_meanwhile(*given: object, **named: bool) -> object:
        with transaction():
            touch(hold(fax.id))
        return joined(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "joined", changed_meanwhile)
    assert "A colleague changed this fax meanwhile" in press(office, fax, "send")
    assert db.session.query(Delivery).count() == 0
    assert db.session.get_one(Fax, fax.id).status == "draft"


OTHER = "+12065550199"


def of_another(office: Office, fax: Fax) -> None:
    """A colleague corrects the number and the name."""
    fresh = db.session.get_one(Fax, fax.id, populate_existing=True)
    written_now = replace(drafts.draft_of(fresh), number=OTHER, name="Another Clinic")
    drafts.save(office.staff, fax.id, written_now, edition=fresh.edition)


def one_more_file(office: Office, fax: Fax) -> None:
    """A colleague adds a file."""
    parts.attach(office.staff, fax.id, io.BytesIO(pdf(3)), filename="more.pdf")


@pytest.mark.parametrize("change", [of_another, one_more_file])
@pytest.mark.parametrize("moment", ["draw", "bring_up_to_date"])
def test_what_changes_while_the_cover_is_drawn_never_goes_out_half(
    office: Office, monkeypatch: pytest.MonkeyPatch, change: Callable[[Office, Fax], None], moment: str
) -> None:
    fax = written(office)
    real = getattr(covers, moment)

    def slow(*given: object, **named: object) -> None:
        real(*given, **named)
        change(office, fax)

    monkeypatch.setattr(covers, moment, slow)
    page = press(office, fax, "send")
    assert "colleague changed this fax meanwhile" in page or "pages are still being made" in page
    assert db.session.query(Delivery).count() == 0
    monkeypatch.undo()
    drawn(office)
    fresh = db.session.get_one(Fax, fax.id)
    sent = sending.send(office.staff, fax.id)
    delivery = db.session.get_one(Delivery, sent.delivery_id)
    cover = db.session.query(FaxPart).filter_by(is_cover=True).one()
    assert (delivery.address, cover.fingerprint) == (fresh.address, cover_for(sent).fingerprint)
    assert sent.pages == (6 if change is one_more_file else 3)


@pytest.mark.parametrize("change", [of_another, one_more_file])
def test_what_is_sent_from_the_preview_is_what_stood_there(office: Office, change: Callable[[Office, Fax], None]) -> None:
    fax = written(office)
    press(office, fax, "preview")
    seen = preview_form(office, fax)
    change(office, fax)
    drawn(office)
    refused = office.browser.post(f"/fax/{fax.id}/send", data=seen)
    assert refused.location == f"/fax/{fax.id}/preview"
    assert db.session.query(Delivery).count() == 0
    assert "The fax changed since you looked at it" in office.browser.get(refused.location).text
    assert office.browser.post(f"/fax/{fax.id}/send", data=preview_form(office, fax)).location == f"/fax/{fax.id}?box=sent"
    assert db.session.query(Delivery).one().address == (OTHER if change is of_another else CLINIC_NUMBER)
