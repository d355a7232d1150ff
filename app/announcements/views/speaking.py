"""Who speaks, in words: why this school, and from which number its texts and calls come."""

from email.utils import parseaddr

from flask import current_app

from app.accounts.models import Staff
from app.announcements import audience as audiences
from app.announcements.channels import adapter
from app.announcements.models import Announcement, Channel
from app.announcements.service import Draft
from app.announcements.speakers import one_school
from app.announcements.views.words import speaker_of
from app.config import Settings
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


def senders_words(announcement: Announcement, author: Staff) -> str:
    """For who confirms it: what phones and mailboxes show as its sender, and why texts begin with the name they begin with."""
    sentences = []
    numbers = {name: _numbers(announcement, name) for name in (Channel.SMS, Channel.VOICE) if name in announcement.channels}
    shown = {name: _shown(found) for name, found in numbers.items() if found}
    if len(shown) > 1 and len(set(shown.values())) == 1:
        sentences.append(_("Texts and calls come from %(number)s.", number=shown[Channel.SMS]))
    else:
        if Channel.SMS in shown:
            sentences.append(_("Texts come from %(number)s.", number=shown[Channel.SMS]))
        if Channel.VOICE in shown:
            sentences.append(_("Calls come from %(number)s.", number=shown[Channel.VOICE]))
    if Channel.EMAIL in announcement.channels:
        settings: Settings = current_app.extensions["settings"]
        sentences.append(_("Emails come from %(address)s.", address=parseaddr(settings.mail_from)[1]))
    if Channel.SMS in announcement.channels:
        sentences.append(_opening_words(announcement, author))
    return " ".join(map(str, sentences))


def _opening_words(announcement: Announcement, author: Staff) -> str:
    head = next((text.head for text in announcement.texts if text.channel == Channel.SMS and text.head), "")
    if not head:
        return _("Nothing is put before the words of a text.")
    if announcement.opening is not None:
        return _("Texts begin with “%(words)s”, as it was written under From.", words=head)
    if announcement.school_id is None:
        return _("Texts begin with “%(words)s”, because the whole district is chosen under From.", words=head)
    if one_school(author, audiences.read(announcement.audience)) == announcement.school_id:
        return _("Texts begin with “%(words)s”, because everybody chosen belongs to this school.", words=head)
    return _("Texts begin with “%(words)s”, because this school is chosen under From.", words=head)


def _shown(numbers: list[PhoneNumber]) -> str:
    first = for_people(numbers[0].address)
    return _("one of %(count)s numbers, such as %(number)s", number=first, count=len(numbers)) if len(numbers) > 1 else first


def _numbers(announcement: Announcement, channel: str) -> list[PhoneNumber]:
    try:
        pool = adapter(channel).pool(announcement)
    except HomeroomError:
        return []
    return [db.session.get_one(PhoneNumber, number) for number in (pool.number_ids if pool is not None else ())]


def _number_words(announcement: Announcement) -> str:
    phones = [name for name in (Channel.SMS, Channel.VOICE) if name in announcement.channels]
    numbers = _numbers(announcement, phones[0]) if phones else []
    if not numbers:
        return ""
    shown = for_people(numbers[0].address)
    if len(numbers) > 1:
        return _("Phones show one of %(count)s numbers, such as %(number)s.", count=len(numbers), number=shown)
    if numbers[0].school_id is not None:
        return _("Phones show the school’s own number, %(number)s.", number=shown)
    return _("Phones show the district’s number, %(number)s, and no name.", number=shown)
