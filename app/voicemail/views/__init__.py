"""The pages of voicemail."""

from app.voicemail.views import acting, greetings, listing  # noqa: F401  (registered by being imported)
from app.voicemail.views.blueprint import pages as pages
