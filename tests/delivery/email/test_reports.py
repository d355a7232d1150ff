"""Emails that come back, arrive late, or are complained about."""

import json
from pathlib import Path

import pytest

from app.core.clock import now
from app.core.database import db
from app.delivery.email.reports_view import HEADER, signature
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import EMAILS, ContactHealth
from app.directory.queries import has_opted_out
from tests.delivery.email.conftest import WEBHOOK_KEY, Mailing

DSN = """\
From: Mail Delivery System <MAILER-DAEMON@relay.test>
To: bounces@cedar.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

I am sorry.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.test
Arrival-Date: Sat, 21 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; rosa@family.test
Original-Recipient: rfc822; rosa@family.test
Action: {action}
Status: {status}
Remote-MTA: dns; mx.family.test
Diagnostic-Code: smtp; 550 {status} No

--x
Content-Type: {quoted}

Return-Path: <bounces@cedar.test>
Message-ID: <{reference}@cedar.test>
Subject: Picture day

--x--
"""
COMPLAINT = """\
From: Abuse <abuse@family.test>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="x"

--x
Content-Type: text/plain

This is spam, says our user.

--x
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: x/1

--x
Content-Type: message/rfc822

Message-ID: <{reference}@cedar.test>
Subject: Picture day

Hello
--x--
"""


def dsn(delivery: Delivery, action: str = "failed", status: str = "5.1.1", *, attempt: int = 1, quoted: str = "text/rfc822-headers") -> str:
    return DSN.format(action=action, status=status, quoted=quoted, reference=f"{delivery.uuid.hex}.{attempt}")


def sent(mailing: Mailing) -> Delivery:
    mailing.point("rosa@family.test").health = ContactHealth.OK
    (delivery,) = mailing.write()
    mailing.hand_over()
    assert delivery.state == DeliveryState.SENT
    return delivery


def receive(mailing: Mailing, raw: str, tmp_path: Path) -> str:
    (tmp_path / "report.eml").write_text(raw)
    db.session.commit()
    result = mailing.app.test_cli_runner().invoke(args=["receive-bounce", str(tmp_path / "report.eml")])
    assert result.exit_code == 0, result.output
    db.session.expire_all()
    return result.output


@pytest.mark.parametrize(
    ("action", "status", "state", "code", "health"),
    [
        ("failed", "5.1.1", DeliveryState.FAILED, "mail_unknown", ContactHealth.DEAD),
        ("failed", "5.2.2", DeliveryState.FAILED, "mail_full", ContactHealth.UNREACHABLE),
        ("failed", "4.4.7", DeliveryState.FAILED, "mail_never_taken", ContactHealth.UNREACHABLE),
        ("failed", "5.7.1", DeliveryState.FAILED, "mail_turned_away", ContactHealth.OK),
        ("delayed", "4.4.1", DeliveryState.SENT, None, ContactHealth.OK),
        ("delivered", "2.0.0", DeliveryState.DELIVERED, None, ContactHealth.OK),
    ],
)
def test_a_report_says_what_became_of_an_email(
    mailing: Mailing, tmp_path: Path, action: str, status: str, *, state: str, code: str | None, health: str
) -> None:
    delivery = sent(mailing)
    quoted = "message/rfc822" if status in {"5.1.1", "2.0.0"} else "text/rfc822-headers"
    receive(mailing, dsn(delivery, action, status, quoted=quoted), tmp_path)
    assert (delivery.state, delivery.error_code) == (state, code)
    assert mailing.point("rosa@family.test").health == health
    if health == ContactHealth.DEAD:
        assert mailing.point("rosa@family.test").health_reason == "mail_unknown"
        receive(mailing, dsn(delivery, "delivered", "2.0.0", quoted=quoted), tmp_path)
        assert delivery.state == DeliveryState.FAILED  # what is over stays over


def test_what_is_no_report_of_ours_is_passed_over(mailing: Mailing, tmp_path: Path) -> None:
    delivery = sent(mailing)
    assert "Not a report" in receive(mailing, "From: rosa@family.test\nSubject: Thank you\n\nWe will come.\n", tmp_path)
    assert "Not a report" in receive(mailing, "\0\0 nonsense", tmp_path)
    stranger = DSN.format(action="failed", status="5.1.1", quoted="text/rfc822-headers", reference=f"{'0' * 32}.1")
    assert "No such email" in receive(mailing, stranger, tmp_path)
    assert "No such email" in receive(mailing, dsn(delivery, attempt=2), tmp_path)
    assert delivery.state == DeliveryState.SENT


def test_a_complaint_is_a_wish_for_no_more(mailing: Mailing, tmp_path: Path) -> None:
    delivery = sent(mailing)
    receive(mailing, COMPLAINT.format(reference=f"{delivery.uuid.hex}.1"), tmp_path)
    assert has_opted_out(delivery.district_id, delivery.address, EMAILS)
    assert delivery.state == DeliveryState.SENT


def test_a_report_resolves_a_doubt(mailing: Mailing, tmp_path: Path) -> None:
    mailing.office.dies_after_data.add("rosa@family.test")
    (delivery,) = mailing.write()
    mailing.hand_over()
    assert delivery.doubtful_since is not None
    receive(mailing, dsn(delivery, "delivered", "2.0.0"), tmp_path)
    assert (delivery.state, delivery.doubtful_since) == (DeliveryState.DELIVERED, None)


def test_a_provider_reports_over_http_with_a_signature(mailing: Mailing) -> None:
    delivery, other = sent(mailing), sent(mailing)
    browser, at = mailing.app.test_client(), int(now().timestamp())
    body = json.dumps({"message_id": f"<{delivery.uuid}.1@cedar.test>", "event": "bounced", "status": "5.1.1"}).encode()

    def post(raw: bytes, signed: str, kind: str = "application/json") -> int:
        return browser.post("/webhooks/email", data=raw, content_type=kind, headers={HEADER: signed}).status_code

    assert post(body, "") == post(body, signature("another key, another key", at, body)) == 403
    assert post(body, signature(WEBHOOK_KEY, at - 400, body)) == 403
    assert delivery.state == DeliveryState.SENT
    assert post(body, signature(WEBHOOK_KEY, at, body)) == 204
    assert (delivery.state, delivery.error_code) == (DeliveryState.FAILED, "mail_unknown")
    raw = dsn(other, status="5.2.2").encode()
    assert post(raw, signature(WEBHOOK_KEY, at, raw), "message/rfc822") == 204
    assert (other.state, other.error_code) == (DeliveryState.FAILED, "mail_full")
    assert post(b"{}", signature(WEBHOOK_KEY, at, b"{}")) == 422
