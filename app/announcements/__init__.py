"""Announcements: one message to many, from the first word to the proof of who was reached."""

from flask import Flask

from app.accounts import unsent
from app.announcements import (  # noqa: F401  (registered by being imported)
    audit_words,
    counting,
    email_channel,
    family_timeline,
    jobs,
    live_map,
    queries,
    sms_channel,
    voice_channel,
    webhook_map,
)
from app.announcements.family_counts import counter
from app.announcements.letters.making import make_all_letters
from app.announcements.queries import unsent as queries_unsent
from app.announcements.queries.of_class import ways_to_hers
from app.announcements.queries.of_family import sent_since
from app.announcements.recipients_again import OWNER
from app.announcements.replies import belonging
from app.announcements.runner import mover
from app.announcements.service import unsent as ending
from app.announcements.sweeping import is_ended, stopped_among
from app.announcements.views import pages
from app.announcements.views.blueprint import add_places
from app.conversations import queries_answered
from app.conversations.service import adoption
from app.core.jobs import alongside, every
from app.delivery import stops
from app.delivery.voice import together
from app.directory import message_budget, timeline
from app.live import doors

BETWEEN_LOOKS = 60.0
"""Seconds after which letters are taken up that a killed worker left."""


def init_app(app: Flask) -> None:
    """Put the pages on the rail; have workers move announcements on, dispatchers ask which are stopped, and browsers hear theirs."""
    together.register(OWNER, voice_channel.is_together)
    stops.register(OWNER, stopped_among, is_ended)
    adoption.register(belonging)
    queries_answered.register(queries.ways_to)
    queries_answered.register(ways_to_hers)
    timeline.register(family_timeline.moments, family_timeline.how_many)
    message_budget.register(sent_since)
    unsent.register(unsent.Tray(unsent.Kind.ANNOUNCEMENT, queries_unsent.count, queries_unsent.first, ending.call_off))
    doors.admit("announcement", queries.announcement_visible_to)
    alongside(mover.begin)
    alongside(counter.begin)
    every(BETWEEN_LOOKS, make_all_letters)
    every(6 * 3600, jobs.sweep_files)
    every(6 * 3600, jobs.sweep_drafts)
    app.register_blueprint(pages)
    add_places(app)
