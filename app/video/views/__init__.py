"""The pages of video calls."""

from app.video.views import staff_room, starting  # noqa: F401  (registered by being imported)
from app.video.views.blueprint import pages as pages
from app.video.views.guests import guests as guests
