"""Handlers, one file for each noun of the contract; importing this package registers them all."""

import app.api.common_services.operations.access
import app.api.common_services.operations.announcements
import app.api.common_services.operations.calls
import app.api.common_services.operations.conversations
import app.api.common_services.operations.messages
import app.api.common_services.operations.services
import app.api.common_services.operations.status
import app.api.common_services.operations.video_calls  # noqa: F401
