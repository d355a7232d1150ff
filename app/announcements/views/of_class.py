"""What somebody else announced to the families of a teacher: the words, and whether these families got them. Nothing of the rest."""

from http import HTTPStatus

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.behind import author_named
from app.accounts.current import asker
from app.accounts.models import Staff
from app.accounts.permissions import Permission, requires
from app.announcements.emergencies import emergency_words
from app.announcements.queries import ways_to
from app.announcements.queries.of_class import families_of_hers as families_reached
from app.announcements.queries.of_class import sent_to_hers
from app.announcements.views import report_rows
from app.announcements.views.blueprint import pages
from app.announcements.views.texts_shown import texts_of
from app.announcements.views.words import speaker_of, zone_of
from app.core.database import db
from app.core.local_clock import local_clock

PAGE = "announcements/of_class.html"


@pages.get("/announcements/<int:announcement_id>/families")
@requires(Permission.READ_ANNOUNCEMENTS)
def families_of_hers(announcement_id: int) -> ResponseReturnValue:
    """What was sent to them and which of them it reached; the report for who may read it."""
    if announcement_id in ways_to(asker(), [announcement_id]):
        return redirect(url_for(".show", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)
    announcement = sent_to_hers(asker(), announcement_id)
    found, reached = families_reached(asker(), announcement)
    clock, author = local_clock(zone_of(announcement)), db.session.get(Staff, announcement.author_id)
    return render_template(
        PAGE,
        announcement=announcement,
        who=speaker_of(announcement.school_id, announcement.district_id),
        author=author_named(author, announcement.bearer_id) if author is not None else "",
        when=clock.full(announcement.started_at) if announcement.started_at else "",
        emergency=emergency_words(announcement),
        texts=texts_of(announcement),
        rows=report_rows.rows(found, clock),
        families=len(found),
        reached=reached,
    )
