"""The pages of calls, and the scripts that phones ask for."""

from app.calls.views import (  # noqa: F401  (registered by being imported)
    acting,
    console,
    console_brought,
    history,
    listing,
    placing,
    recording_rules,
    rules,
    softphone,
    starting,
    translated,
)
from app.calls.views.blueprint import pages as pages
from app.calls.views.incoming import incoming_scripts as incoming_scripts
from app.calls.views.outgoing import outgoing_scripts as outgoing_scripts
from app.calls.views.recorded import recorded as recorded
from app.calls.views.scripts import scripts as scripts
