"""How much is faxed, and how well."""

from babel import dates
from flask import render_template
from flask_babel import get_locale

from app.accounts.current import asker, own_zone
from app.accounts.permissions import Permission, requires
from app.core.phone_numbers import for_people
from app.fax import queries_statistics as statistics
from app.fax.sent_words import why_words
from app.fax.views.blueprint import pages
from app.fax.views.outgoing import duration


@pages.get("/statistics")
@requires(Permission.WORK_FAXES)
def fax_statistics() -> str:
    """Of the schools of whoever asks."""
    staff, zone = asker(), own_zone()
    since = statistics.beginning(zone)
    locale = get_locale() or "en"
    months = [(str(dates.format_skeleton("yMMM", one.first, locale=locale)), one) for one in statistics.months(staff, zone)]
    partners = [(one.name or for_people(one.address), for_people(one.address), one) for one in statistics.partners(staff, since)]
    reasons = [(why_words(one.code), one.times) for one in statistics.reasons(staff, since)]
    return render_template(
        "fax/statistics.html", totals=statistics.totals(staff), months=months, partners=partners, reasons=reasons, duration=duration,
        most=max((one.received + one.sent + one.failed for _name, one in months), default=0),
    )  # fmt: skip
