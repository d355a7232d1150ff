"""Threads: staff and guardians write to each other."""

from flask import Flask

from app.accounts import unsent
from app.conversations import audit_words as audit_words  # registers them
from app.conversations import family_timeline, guardian_views, habits, jobs, queries, queries_reach, queries_unsent
from app.conversations import live_map as live_map  # registers its listeners
from app.conversations import webhook_map as webhook_map
from app.conversations.message_budget import texts_sent
from app.conversations.number_use import pairings_by_number
from app.conversations.service import family_news as family_news  # registers its listeners
from app.conversations.service import unsent as taking_back
from app.conversations.views import navigation, pages
from app.core.jobs import every
from app.delivery import stops
from app.directory import habits as family_habits
from app.directory import message_budget as family_budget
from app.directory import number_use, timeline
from app.directory.queries import reach
from app.live import doors


def init_app(app: Flask) -> None:
    """Let browsers hear the conversations that their people see, and start what runs by itself."""
    doors.admit("conversation", queries.conversation_visible_to)
    reach.also_reaches(queries_reach.guardian_is_spoken_to_by)
    number_use.register(pairings_by_number)
    family_habits.register(habits.habits)
    timeline.register(family_timeline.moments, family_timeline.how_many)
    family_budget.register(texts_sent)
    stops.register_taken_back(queries_unsent.OWNER, stops.TakenBack(queries_unsent.called_off_until, taking_back.stop))
    unsent.register(unsent.Tray(unsent.Kind.TEXT, queries_unsent.count, queries_unsent.first, taking_back.call_off))
    every(5, jobs.sweep_inbound)
    every(1, jobs.send_scheduled)
    every(5, jobs.wake_snoozed)
    every(30, jobs.sweep_media)
    every(30, jobs.sweep_translations)
    every(3600, jobs.end_orphaned_pairings)
    every(6 * 3600, jobs.sweep_files)
    app.register_blueprint(pages)
    app.register_blueprint(guardian_views.pages)
    navigation.add_places(app)
