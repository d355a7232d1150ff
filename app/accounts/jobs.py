"""Errands of this room."""

from app.accounts import sessions, throttle
from app.accounts.events import LinkIssued
from app.accounts.service.links import due_links, mail_link
from app.core.clock import now
from app.core.events import on
from app.core.jobs import job
from app.core.mail import MailNotSent


@job()
def mail_due_links() -> None:
    """Mail every link that waits. One that fails does not hold up the others."""
    for link_id in due_links(now()):
        try:
            mail_link(link_id)
        except MailNotSent:  # logged where it happened; the row comes due again
            continue


@job()
def forget_old() -> None:
    """Drop what no longer means anything."""
    sessions.forget_ended()
    throttle.forget_old()


@on(LinkIssued)
def mail_it_now(_fact: LinkIssued) -> None:
    """Do not wait for the next tick."""
    mail_due_links.send()
