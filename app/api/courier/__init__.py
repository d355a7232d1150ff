"""Courier: operations of `contracts/courier.openapi.yaml`."""

from flask import Flask

from app.accounts.unsent import Kind, Tray, register
from app.api.courier import audit_words, jobs, listeners, operations, timeline_lines  # noqa: F401  (they register themselves)
from app.api.courier.face import face
from app.api.courier.models import Announcer
from app.api.courier.models.text_accounts import NumberRules
from app.api.courier.models.texts import SingleText
from app.api.courier.queries import unsent as queries_unsent
from app.api.courier.service import unsent
from app.api.courier.service.responding import respond
from app.api.courier.views import downloads, uploads
from app.conversations.service import also_answers
from app.core.jobs import every
from app.delivery.stops import TakenBack, register_taken_back
from app.webhooks.holding import hold


def init_app(app: Flask) -> None:
    """Open the face, and the door for the files that belong to it."""
    also_answers(respond)
    face.init_app(app)
    register_taken_back(queries_unsent.OWNER, TakenBack(queries_unsent.called_off_until, unsent.stop))
    register(Tray(Kind.EMAIL, queries_unsent.count, queries_unsent.first, unsent.call_off))
    hold(Announcer.endpoint_id, NumberRules.unknown_endpoint_id, SingleText.callback_endpoint_id, SingleText.status_endpoint_id)
    every(6 * 3600, jobs.sweep_uploads)
    every(24 * 3600, jobs.forget_notifications)
    every(24 * 3600, jobs.end_old_callbacks)
    every(3600, jobs.end_old_questions)
    app.register_blueprint(uploads.pages)
    app.register_blueprint(downloads.pages)
