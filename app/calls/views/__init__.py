"""The pages of calls, and the scripts that phones ask for."""

from app.calls.views import console, starting  # noqa: F401  (registered by being imported)
from app.calls.views.blueprint import pages as pages
from app.calls.views.scripts import scripts as scripts
