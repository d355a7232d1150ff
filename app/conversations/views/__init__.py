"""The pages of threads. Views read a request and pick an answer; what happens is decided by the services."""

from flask import Blueprint

pages = Blueprint("conversations", __name__)

from app.conversations.views import acting, family, files, inbox, live_parts, menus, schedules, thread, writing  # noqa: E402, F401  (they put their routes on the blueprint)
