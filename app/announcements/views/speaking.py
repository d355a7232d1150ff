"""Who speaks, in words: why this school, and from which number its texts and calls come."""

from app.accounts.models import Staff
from app.announcements import audience as audiences
from app.announcements.channels import adapter
from app.announcements.models import Announcement, Channel
from app.announcements.service import Draft
from app.announcements.speakers import one_school
from app.announcements.views.words import speaker_of
from app.core.database import db
from app.core.errors import HomeroomError
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.directory.models import PhoneNumber


def speaks_words(author: Staff, draft: Draft, announcement: Announcement | None) -> str:
    """What stands below the choice of who speaks."""
    sentences = []
    if draft.school_id is not None and one_school(author, audiences.read(draft.audience)) == draft.school_id:
        name = speaker_of(draft.school_id, author.district_id)
        sentences.append(_("%(school)s, because everybody chosen belongs to it.", school=name))
    if announcement is not None and (said := _number_words(announcement)):
        sentences.append(said)
    return " ".join(map(str, sentences))


def _number_words(announcement: Announcement) -> str:
    phones = [name for name in (Channel.SMS, Channel.VOICE) if name in announcement.channels]
    try:
        pool = adapter(phones[0]).pool(announcement) if phones else None
    except HomeroomError:
        return ""
    numbers = [db.session.get_one(PhoneNumber, number) for number in (pool.number_ids if pool is not None else ())]
    if not numbers:
        return ""
    shown = for_people(numbers[0].address)
    if len(numbers) > 1:
        return _("Phones show one of %(count)s numbers, such as %(number)s.", count=len(numbers), number=shown)
    if numbers[0].school_id is not None:
        return _("Phones show the school’s own number, %(number)s.", number=shown)
    return _("Phones show the district’s number, %(number)s, and no name.", number=shown)
