"""Every table of the house, so that migrations and foreign keys see them all."""

import app.accounts.models
import app.announcements.models
import app.api.common_services.models
import app.api.courier.models
import app.api.groupcall.models
import app.api.ringplan.models
import app.calendars.models
import app.calls.models
import app.carrier.models
import app.conversations.models
import app.delivery.fax.models
import app.delivery.models
import app.delivery.voice.models
import app.directory.models
import app.fax.models
import app.live.models
import app.pbx.models
import app.surveys.models
import app.video.models
import app.voicemail.models
import app.webhooks.models  # noqa: F401  (imported for their tables)
