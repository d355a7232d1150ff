"""Background work of threads. Rows carry the truth: each job may run twice, and a sweep takes up what a nudge lost."""

from app.carrier.events import InboundTextRecorded
from app.conversations.events import InboundMediaExpected, InboundWordsArrived
from app.conversations.service import attachments, members, receiving, scheduling, translating, triage, unsent_files
from app.core.events import on
from app.core.jobs import job


@job(queue="messages")
def route_inbound(inbound_text_id: int) -> None:
    """Route one text that the carrier brought."""
    receiving.receive_text(inbound_text_id)


@job(queue="messages")
def sweep_inbound() -> None:
    """Route what no nudge reached."""
    receiving.receive_waiting()


@job(queue="messages")
def send_scheduled() -> None:
    """Let leave whose time has come."""
    scheduling.send_due()


@job()
def fetch_media(attachment_id: int) -> None:
    """Fetch one file of an inbound text."""
    attachments.fetch(attachment_id)


@job()
def sweep_media() -> None:
    """Fetch the files that no nudge reached, or whose carrier was away."""
    attachments.fetch_expected()


@job()
def sweep_files() -> None:
    """Remove what killed processes left half written, and what was put beside a text that never left."""
    attachments.sweep_files()
    unsent_files.remove_unsent()


@job()
def translate_inbound(message_id: int) -> None:
    """Translate what a family wrote."""
    translating.translate_inbound(message_id)


@job()
def sweep_translations() -> None:
    """Translate what no nudge reached, or when the translator was away."""
    translating.translate_waiting()


@job()
def wake_snoozed() -> None:
    """Open again what was put away until now."""
    triage.wake_due()


@job()
def end_orphaned_pairings() -> None:
    """Let go of numbers of families that left."""
    members.end_orphaned_pairings()


@on(InboundTextRecorded)
def nudge_router(fact: InboundTextRecorded) -> None:
    """Have a text routed as soon as it is kept."""
    route_inbound.send(fact.inbound_text_id)


@on(InboundMediaExpected)
def nudge_fetcher(fact: InboundMediaExpected) -> None:
    """Have files fetched while the carrier surely has them."""
    for attachment_id in fact.attachment_ids:
        fetch_media.send(attachment_id)


@on(InboundWordsArrived)
def nudge_translator(fact: InboundWordsArrived) -> None:
    """Have the staff's reading ready when they open the thread."""
    translate_inbound.send(fact.message_id)
